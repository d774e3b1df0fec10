import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { compileCache, program } from "./program.ts";

/** Whoever asks without a pause takes the time that an answer needs. */
const askEveryMs = 100;

/** Where Sombra runs: its `config/sombra.yaml` has verdicts wait 100 ms for what sides may still do, not 1 s. */
const cwd = fileURLToPath(new URL("brief", import.meta.url));
/** The same for a file of a test's own that says nothing else of routes. */
export const briefRoutes = "routes: [{ settle: { quietMs: 100 } }]\n";

export type LogLine = Readonly<Record<string, unknown>> & { readonly event: string };

export interface Sombra {
  readonly pid: number;
  readonly url: string;
  readonly port: number;
  readonly adminUrl: string;
  readonly egressUrl: string;
  readonly dataDir: string;
  /** Every line written so far. */
  readonly lines: readonly LogLine[];
  /** What was written to standard error so far. */
  readonly errors: readonly string[];
  /** The first line, written already or later, that fits. */
  line(fits: (line: LogLine) => boolean): Promise<LogLine>;
  get<T = unknown>(path: string): Promise<T>;
  /** `body`: sent as JSON. */
  call(method: string, path: string, body?: unknown): Promise<Response>;
  /** Asks until the answer fits: the way to wait for something seen on the admin port. */
  until<T>(path: string, fits: (answer: T) => boolean): Promise<T>;
  signal(name: NodeJS.Signals): void;
  /** Ends it by SIGTERM; its exit code. */
  stop(): Promise<number | null>;
  readonly exited: Promise<number | null>;
}

export interface LedgerAnswer {
  readonly received: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly compared: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
  readonly pending: number;
}

/** Whether a ledger accounts for exactly what was sent, and adds up in all and state by state. */
export function reconciles(ledger: LedgerAnswer, sent: number): boolean {
  const sum = (state: Readonly<Record<string, number>>): number => {
    const { total = 0, ...substates } = state;
    return Object.values(substates).reduce((a, b) => a + b, 0) === total ? total : Number.NaN;
  };
  const accounted = sum(ledger.skipped) + sum(ledger.compared) + sum(ledger.failed) + ledger.pending;
  return ledger.received === sent && accounted === sent;
}

/** `sombra serve` as a user starts it, on free ports and an empty data directory. `main`: another form of its program. */
export async function startSombra(
  env: Readonly<Record<string, string>>,
  spawned?: (child: ChildProcess) => void,
  main?: string,
): Promise<Sombra> {
  const { process: child, dataDir, ownDir } = launch(env, main ?? (await program()));
  spawned?.(child);
  const lines: LogLine[] = [];
  const waiting = new Set<(line: LogLine) => void>();
  const errors: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on("line", (text) => {
      // The last line of one that was killed may be cut off.
      if (child.killed && !text.endsWith("}")) return;
      const line: LogLine = JSON.parse(text);
      lines.push(line);
      for (const tell of waiting) tell(line);
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  void exited.then(() => ownDir && rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  const line = (fits: (line: LogLine) => boolean): Promise<LogLine> =>
    new Promise((resolve, reject) => {
      const known = lines.find(fits);
      if (known !== undefined) return resolve(known);
      const tell = (next: LogLine): void => {
        if (!fits(next)) return;
        waiting.delete(tell);
        resolve(next);
      };
      waiting.add(tell);
      void exited.then((code) => reject(new Error(`Sombra ended with ${code}: ${errors.join("")}`)));
    });
  const portOf = async (plane: string): Promise<number> => {
    const started = await line((entry) => entry.event === "started" && entry["plane"] === plane);
    return Number(started["port"]);
  };
  const [port, admin, egress] = await Promise.all([portOf("data"), portOf("admin"), portOf("egress")]);
  const adminUrl = `http://127.0.0.1:${admin}`;
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(adminUrl + path);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`);
    const body: T = JSON.parse(await answer.text());
    return body;
  };
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    port,
    adminUrl,
    egressUrl: `http://127.0.0.1:${egress}`,
    dataDir,
    lines,
    errors,
    line,
    get,
    call: (method, path, body) =>
      fetch(adminUrl + path, {
        method,
        ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      }),
    async until(path, fits) {
      for (;;) {
        const answer = await get<Parameters<typeof fits>[0]>(path);
        if (fits(answer)) return answer;
        await delay(askEveryMs);
      }
    },
    signal: (name) => void child.kill(name),
    async stop() {
      child.kill("SIGTERM");
      return exited;
    },
    exited,
  };
}

interface Launched {
  readonly process: ChildProcess;
  readonly dataDir: string;
  readonly ownDir: boolean;
}

function launch(env: Readonly<Record<string, string>>, main: string): Launched {
  const given = env["SOMBRA_DATA_DIR"];
  const dataDir = given ?? mkdtempSync(join(tmpdir(), "sombra-test-"));
  const child = spawn(process.execPath, [main, "serve"], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      ...compileCache(main),
      SOMBRA_HOST: "127.0.0.1",
      SOMBRA_PORT: "0",
      SOMBRA_ADMIN_PORT: "0",
      SOMBRA_EGRESS_PORT: "0",
      SOMBRA_DATA_DIR: dataDir,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { process: child, dataDir, ownDir: given === undefined };
}

/** What a start that must fail says, and its exit code. */
export async function failedStart(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; stderr: string }> {
  const { process: child, dataDir, ownDir } = launch(env, await program());
  return new Promise((resolve) => {
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("close", (code) => {
      if (ownDir) rmSync(dataDir, { recursive: true, force: true });
      resolve({ code, stderr });
    });
  });
}
