import type { ServerResponse } from "node:http";
import type { HeldAnswer } from "./call.ts";

/** An error in the Graph API's own form, so that handlers take their usual error path. */
export function graphError(status: number, message: string, subcode?: number): HeldAnswer {
  const transient = status >= 500;
  const error = {
    message: `Sombra: ${message}`,
    type: "SombraEgress",
    // Handlers act on these: 2 is a service that is away for a while, 100 a call that is wrong as it is.
    code: transient ? 2 : 100,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    is_transient: transient,
  };
  return jsonAnswer(status, { error }, "application/json");
}

export function jsonAnswer(status: number, value: unknown, type = "application/json; charset=UTF-8"): HeldAnswer {
  return { status, headers: ["content-type", type], body: Buffer.from(JSON.stringify(value)) };
}

/** Writes an answer of ours, unless the caller is gone or has one. */
export function reply(response: ServerResponse, { status, headers, body }: HeldAnswer): void {
  if (response.destroyed || response.headersSent) return;
  // RFC 9110 section 8.6: these have no body, and no length of one.
  const length = status === 204 || status === 304 ? [] : ["content-length", String(body.length)];
  response.writeHead(status, [...headers, ...length]);
  response.end(response.req.method === "HEAD" ? undefined : body);
}
