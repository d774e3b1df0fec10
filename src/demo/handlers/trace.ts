import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";

/** What undici, which `fetch` is made of, publishes of a request before it is sent. */
interface Created {
  readonly request: { addHeader(name: string, value: string): unknown };
}

/**
 * Has the `traceparent` of a request to this server go on with every `fetch` made for it, now or later. OpenTelemetry's
 * instrumentation of `fetch` does the same by the same channel, with a span of its own. Ends with the process.
 */
export function passTrace(server: Server): void {
  const trace = new AsyncLocalStorage<string | undefined>();
  server.prependListener("request", ({ headers }) => trace.enterWith(headers.traceparent?.toString()));
  subscribe("undici:request:create", (message) => {
    const traceparent = trace.getStore();
    if (traceparent !== undefined && isCreated(message)) message.request.addHeader("traceparent", traceparent);
  });
}

function isCreated(message: unknown): message is Created {
  return typeof message === "object" && message !== null && "request" in message;
}
