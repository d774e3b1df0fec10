import type { Server } from "node:http";
import { passTrace } from "./trace.ts";
import { close, listen } from "../listen.ts";
import type { HandlerOptions } from "./options.ts";

/** A handler in this process. */
interface Served extends AsyncDisposable {
  readonly url: string;
  /** Resolves when nothing is left to do of what was answered. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export type HandlerName = "legacy" | "candidate";

/** Loads the package that is asked for and not the other. */
export async function serve(name: HandlerName, options: HandlerOptions): Promise<Served> {
  const created = await create(name, options);
  if (options.passesTrace === true) passTrace(created.server);
  const url = await listen(created.server, options.port, options.host);
  const stop = () => close(created.server);
  return { url, settled: () => created.settled(), stop, [Symbol.asyncDispose]: stop };
}

interface Created {
  readonly server: Server;
  settled(): Promise<void>;
}

async function create(name: HandlerName, options: HandlerOptions): Promise<Created> {
  switch (name) {
    case "legacy": {
      const { createLegacy } = await import("./legacy.ts");
      // It answers when its sends are done.
      return { server: createLegacy(options), settled: () => Promise.resolve() };
    }
    case "candidate": {
      const { createCandidate } = await import("./candidate.ts");
      return createCandidate(options);
    }
  }
}
