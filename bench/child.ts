import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Standard output, line by line; lines that nobody waits for are dropped. */
  onLine(listener: (line: string) => void): void;
  /** Sends a message and waits for the next one that comes back. */
  ask(message: object | string): Promise<unknown>;
  /** The next message, without a question. */
  message(): Promise<unknown>;
}

export interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it is a program of the bench, which is asked and told things, and ends by itself when the bench is gone. */
  readonly ipc?: boolean;
}

/** The processes of one bench run: they end with it, each by its own pid. */
export interface Fleet {
  start(command: Command): Child;
  /** Rejects as soon as one of them ends although nobody stopped it. */
  readonly fault: Promise<never>;
  stop(): Promise<void>;
}

const maxStderrChars = 2_000;
const stopTimeoutMs = 10_000;
const lastWordsMs = 500;

export function createFleet(): Fleet {
  const running = new Set<ChildProcess>();
  const { promise: fault, reject } = Promise.withResolvers<never>();
  fault.catch(() => {});
  let stopping = false;

  function start({ name, command, args, cwd, env, ipc = false }: Command): Child {
    const child = spawn(command, args, {
      cwd,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
      stdio: ["ignore", "pipe", "pipe", ...(ipc ? ["ipc" as const] : [])],
    });
    running.add(child);
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-maxStderrChars);
    });
    child.once("error", (error) => {
      running.delete(child);
      reject(new Error(`Cannot start ${name}: ${error.message}`));
    });
    child.once("exit", (code, signal) => {
      running.delete(child);
      if (!stopping) {
        const said = (): string => stderr.trim() || "it said nothing";
        void streamsEnd(child).then(() =>
          reject(new Error(`${name} ended with ${signal ?? `code ${code}`}: ${said()}`)),
        );
      }
    });
    return asChild(name, child);
  }

  async function stop(): Promise<void> {
    stopping = true;
    await Promise.all([...running].map(end));
  }

  return { start, fault, stop };
}

function asChild(name: string, child: ChildProcess): Child {
  if (child.stdout === null) {
    throw new Error(`${name} has no standard output`);
  }
  const lines = createInterface({ input: child.stdout });
  const message = (): Promise<unknown> => new Promise((resolve) => void child.once("message", resolve));
  return {
    name,
    // Where the start failed there is no pid, and the fleet's fault says so before anybody asks.
    pid: child.pid ?? -1,
    onLine: (listener) => void lines.on("line", listener),
    message,
    ask: (question) => {
      const answer = message();
      child.send(question);
      return answer;
    },
  };
}

/** What a process said last may arrive after its end, or never: a process that it left behind can hold the streams. */
async function streamsEnd(child: ChildProcess): Promise<void> {
  await Promise.race([once(child, "close"), sleep(lastWordsMs)]);
  child.stdout?.destroy();
  child.stderr?.destroy();
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const given = new AbortController();
  const killed = sleep(stopTimeoutMs, undefined, { signal: given.signal }).then(
    () => child.kill("SIGKILL"),
    () => false,
  );
  await exited;
  given.abort();
  await killed;
}
