import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { flagsOf, type HandlerOptions } from "./options.ts";
import type { HandlerName } from "./serve.ts";

/** A handler running as a process of its own. */
export interface Handler extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process is gone. */
  stop(): Promise<void>;
}

/** whatsapp-api-js. */
export function startLegacy(options: HandlerOptions): Promise<Handler> {
  return start("legacy", options);
}

/** The Chat SDK with its WhatsApp adapter. */
export function startCandidate(options: HandlerOptions): Promise<Handler> {
  return start("candidate", options);
}

const entry = fileURLToPath(new URL("./main.ts", import.meta.url));

async function start(name: HandlerName, options: HandlerOptions): Promise<Handler> {
  const child = spawn(process.execPath, [entry, name, ...flagsOf(options)], { stdio: ["pipe", "pipe", "pipe"] });
  const gone = once(child, "exit");
  const complaints: Buffer[] = [];
  const complain = (chunk: Buffer) => complaints.push(chunk);
  child.stderr.on("data", complain);
  const [port] = await Promise.race([once(createInterface(child.stdout), "line"), gone.then(() => [])]);
  if (typeof port !== "string" || child.pid === undefined) {
    throw new Error(`Cannot start the ${name} handler: ${Buffer.concat(complaints).toString().trim()}`);
  }
  child.stderr.off("data", complain).pipe(process.stderr);
  const stop = async () => {
    // A handler under load, or under instrumentation, may not heed a softer one.
    child.kill("SIGKILL");
    await gone;
  };
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop, [Symbol.asyncDispose]: stop };
}
