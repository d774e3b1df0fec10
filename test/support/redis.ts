import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";

const run = promisify(execFile);

/** A real Redis on a free port of this machine, with an empty directory of its own. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Has `redis-cli` send one command; its answer as text. */
  cli(...args: readonly string[]): Promise<string>;
  /** `kill -9`. What it has not saved is lost. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and directory. */
  restart(): Promise<void>;
  /** It keeps its connections and does nothing. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** `args`: as on the command line of `redis-server`. Nothing is saved to disk unless they say so. */
export async function startRedis(...args: readonly string[]): Promise<RedisServer> {
  return launch(await busPort(), ["-", "--save", "", "--repl-diskless-sync-delay", "0", ...args]);
}

/** A Sentinel that watches one primary, and lets a replica take its place half a second after it is gone. */
export async function startSentinel(primary: RedisServer): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), "sombra-sentinel-"));
  const config = join(directory, "sentinel.conf");
  await writeFile(
    config,
    `sentinel monitor mymaster 127.0.0.1 ${primary.port} 1
sentinel down-after-milliseconds mymaster 500
sentinel failover-timeout mymaster 2000
`,
  );
  const sentinel = await launch(await freePort(), [config, "--sentinel"]);
  return {
    ...sentinel,
    close: async () => {
      await sentinel.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Three primaries that share the slots. */
export async function startCluster(): Promise<readonly RedisServer[]> {
  const start = (): Promise<RedisServer> =>
    startRedis("--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--appendonly", "no");
  const nodes = [await start(), await start(), await start()];
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await run("redis-cli", ["--cluster", "create", ...addresses, "--cluster-yes"]);
  // Each node has to hear from the others that all slots are served.
  for (const node of nodes) while (!(await node.cli("CLUSTER", "INFO")).includes("cluster_state:ok")) await delay(50);
  return nodes;
}

/** The bus of a cluster node has the port 10,000 above its own, which somebody may have. */
async function busPort(): Promise<number> {
  for (;;) {
    const port = await freePort();
    const isFree = await freePort(port + 10_000).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
}

/** `args`: the path of a configuration, or `-` for none, and options. */
async function launch(port: number, args: readonly [string, ...string[]]): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), "sombra-redis-"));
  const [config, ...options] = args;
  const command = [config, "--port", String(port), "--bind", "127.0.0.1", "--dir", directory, ...options];
  let child = await started(command);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    cli: async (...words) => (await run("redis-cli", ["-p", String(port), ...words])).stdout.trimEnd(),
    kill,
    restart: async () => {
      child = await started(command);
    },
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
    close: async () => {
      await kill();
      await rm(directory, { recursive: true });
    },
  };
}

/** Resolves once the server takes commands. */
async function started(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const output: string[] = [];
  return new Promise((resolve, reject) => {
    child.once("error", () =>
      reject(new Error("These tests need redis-server: `npm test` installs it, or install the package redis-server")),
    );
    child.once("exit", () => reject(new Error(`redis-server did not start: ${output.join("\n")}`)));
    lines.on("line", (line) => {
      output.push(line);
      if (/Ready to accept connections|\+monitor master/.test(line)) resolve(child);
    });
  });
}
