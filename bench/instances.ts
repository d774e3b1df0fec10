/**
 * What a second instance on the same Redis costs the first: its CPU per delivery, on the thread that carries traffic and on
 * all, in dual-run, where each exchange is noted. Medians of rounds. Needs `redis-server`; run it with `node bench/instances.ts`.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis } from "../test/support/redis.ts";
import { json, startSide, textFrom } from "../test/support/side.ts";
import { startSombra } from "../test/support/sombra.ts";
import { median } from "./percentile.ts";

const rounds = 5;
const perRound = 2_000;
const perSecond = 400;
/** Of the clock that /proc counts CPU by. */
const tickUs = 10_000;

const dir = mkdtempSync(join(tmpdir(), "sombra-bench-"));
const config = join(dir, "sombra.yaml");
writeFileSync(config, "routes: [{ settle: { quietMs: 0, maxMs: 1000 } }]\n");
const redis = await startRedis();
const legacy = await startSide(json(200, { ok: true }));
const candidate = await startSide(json(200, { ok: true }));
const agent = new Agent({ keepAlive: true });
const env = {
  SOMBRA_LEGACY_URL: legacy.url,
  SOMBRA_CANDIDATE_URL: candidate.url,
  SOMBRA_REDIS_URL: redis.url,
  SOMBRA_CONFIG: config,
  WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
};

interface Cost {
  readonly mainUs: number;
  readonly allUs: number;
  readonly answerMs: number;
}

/** CPU used so far, microseconds. */
function usedUs(pid: number): { readonly main: number; readonly all: number } {
  const of = (task: string): number => {
    const fields = readFileSync(`/proc/${pid}/task/${task}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * tickUs;
  };
  const tasks = readdirSync(`/proc/${pid}/task`);
  return { main: of(String(pid)), all: tasks.reduce((sum, task) => sum + of(task), 0) };
}

function deliver(port: number, n: number): Promise<number> {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const call = request(
      { host: "127.0.0.1", port, method: "POST", path: "/", agent, headers: { "content-type": "application/json" } },
      (answer) => answer.resume().once("end", () => resolve(performance.now() - startMs)),
    );
    call.once("error", reject);
    call.end(textFrom(`4477009${String(n).padStart(5, "0")}`));
  });
}

async function round({ pid, port }: { readonly pid: number; readonly port: number }): Promise<Cost> {
  const before = usedUs(pid);
  const answers: Promise<number>[] = [];
  const startMs = performance.now();
  while (answers.length < perRound) {
    const due = Math.min(perRound, ((performance.now() - startMs) * perSecond) / 1_000);
    while (answers.length < due) answers.push(deliver(port, answers.length));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const answerMs = median(await Promise.all(answers));
  const after = usedUs(pid);
  return { mainUs: (after.main - before.main) / perRound, allUs: (after.all - before.all) / perRound, answerMs };
}

async function measure(name: string, port: { readonly pid: number; readonly port: number }): Promise<void> {
  const costs: Cost[] = [];
  for (let i = 0; i < rounds; i += 1) costs.push(await round(port));
  const of = (value: (cost: Cost) => number): string => median(costs.map(value)).toFixed(2);
  const [main, all, answer] = [of(({ mainUs }) => mainUs), of(({ allUs }) => allUs), of(({ answerMs }) => answerMs)];
  process.stdout.write(`${name}: ${main} us on its thread, ${all} us in all, answered within ${answer} ms\n`);
}

const first = await startSombra(env);
await round(first);
await measure("alone", first);
const second = await startSombra(env);
await round(first);
await measure("of two", first);
await first.stop();
await second.stop();
agent.destroy();
await legacy.close();
await candidate.close();
await redis.close();
rmSync(dir, { recursive: true });
