/**
 * What evidence costs: recording an item on the data plane's thread, keeping a batch of 2,000 cells in each store, and reading what
 * a checkpoint asks for of 10^8 items. `node bench/evidence.ts`; needs redis-server.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTally, type Archive, type EvidenceDelta } from "../src/account/index.ts";
import { sampleArchiveBatch, sampleEvidence, sampleStream } from "../src/account/sample.ts";
import { createItemEvidence, type EndedDelivery } from "../src/cli/serve/verdicts/item-evidence.ts";
import { createKeyedHash } from "../src/compare/index.ts";
import { createSnapshot } from "../src/flags/index.ts";
import { parseRedisUrl } from "../src/lib/redis-url.ts";
import { sampleRoute } from "../src/model/sample.ts";
import { createRedisArchive } from "../src/store/archive-redis.ts";
import { createSqliteArchive } from "../src/store/index.ts";
import { startRedis } from "../test/support/redis.ts";
import { median } from "./percentile.ts";

const itemsEach = 1_000;
const recordLimitUs = 3;
const readLimitMs = 100;
const populations = ["pairs", "held-out", "served-candidate", "served-legacy"] as const;
/** Ten minutes of a week. */
const slots = 1_008;
const items = 100_000_000;

/** Deliveries of one dual-run item each, of as many shoppers, one in ten of which failed. */
function deliveries(): readonly EndedDelivery[] {
  const scope = { id: "r.1", lateMs: 50, slowMs: 100, overMs: 1_000, shed: false };
  const scopes = new Map([["default", scope]]);
  const none = { version: 1, killed: false, source: "code", forceOff: [], flags: [], routes: [] } as const;
  const snapshot = createSnapshot({ ...none, scopes });
  const route = sampleRoute({ versions: { header: "x-app-version" } });
  const delivery = {
    exchange: "e",
    route,
    head: { method: "POST", target: "/", rawHeaders: [] },
    makesItems: true,
    chunked: false,
    receivedMs: 0,
    receivedAt: Date.now(),
    trace: { traceId: "", spanId: "", parentSpanId: null, tracestate: null, sampled: false },
    snapshot,
  };
  const errand = { side: "candidate", mode: "dual-run", items: [0], flags: [], body: null, headers: null } as const;
  return Array.from({ length: itemsEach }, (_, n): EndedDelivery => {
    const outcome = (version: string, latencyMs: number, status = 200) =>
      ({
        kind: "answered",
        answer: { status, rawHeaders: ["Content-Type", "text/plain", "X-App-Version", version], body: null },
        latencyMs,
        waitedMs: 0,
      }) as const;
    const times = { spanId: "", startMs: 0, endMs: 1 };
    const legacy = { side: "legacy", errand: null, ...times, outcome: outcome("1.0", 10 + (n % 50)) } as const;
    const status = n % 10 === 0 ? 500 : 200;
    const candidate = { side: "candidate", errand, ...times, outcome: outcome("2.0", 12 + (n % 70), status) } as const;
    const item = { id: null, kind: "message.text", shopper: `44770090${n}`, phone: null, person: null, about: null };
    const judged = {
      item,
      mode: "dual-run",
      reason: "percent",
      flags: [],
      skip: null,
      unreversed: null,
      story: null,
    } as const;
    const report = {
      answeredBy: "legacy",
      status: 200,
      doneMs: 1,
      overheadMs: 0.2,
      asked: [legacy],
      release() {},
    } as const;
    return {
      following: {
        delivery,
        judgement: { items: [judged], answering: [], mirrored: [errand], twins: [], sighting: null },
        report,
      },
      settled: [{ state: { state: "compared", substate: "match" }, verdict: { kind: "match" }, compareMs: 0 }],
      parts: [legacy, candidate],
    };
  });
}

/** Measured, after some that are not. */
const rounds = 300;

/** Microseconds of the thread an item. Shoppers are hashed for the account anyway. */
function recording(): number {
  const tally = createTally(() => performance.now());
  const all = deliveries();
  const hash = createKeyedHash("0".repeat(64));
  const hashes = new Map(all.map((_, n) => [`44770090${n}`, hash(`44770090${n}`)]));
  const ended = createItemEvidence({
    tally,
    hash: (shopper) => hashes.get(String(shopper)) ?? "",
    rulesHash: () => "aa",
    clock: () => performance.now(),
  });
  // The clock of a thread's CPU may tick in 4 ms: only the sum over many rounds says anything.
  let took = 0;
  for (let round = -50; round < rounds; round += 1) {
    const before = process.threadCpuUsage();
    for (const delivery of all) ended(delivery);
    const { user, system } = process.threadCpuUsage(before);
    if (round >= 0) took += user + system;
    while (tally.drainArchive(Date.now() + 3_600_000, {}).more);
    tally.drain(Date.now(), { pending: {}, gauges: [] });
    tally.drainArchive(Date.now() + 3_600_000, {});
  }
  return took / (rounds * itemsEach);
}

function batchOf(round: number): EvidenceDelta {
  const cells = Array.from({ length: 2_000 }, (_, n) => [`2945592:${round}-${n}`, n % 10 === 0 ? 3 : 1] as const);
  return sampleEvidence({ raw: [2_000, 200], cells });
}

async function storing(archive: Archive): Promise<Readonly<Record<"batch" | "cpu" | "read" | "readCpu", number>>> {
  const took: number[] = [];
  const worked: number[] = [];
  let seq = 0;
  const apply = async (evidence: readonly EvidenceDelta[]): Promise<void> => {
    seq += 1;
    await archive.apply("bench", sampleArchiveBatch({ seq, at: Date.now(), evidence }));
  };
  for (let round = 0; round < 30; round += 1) {
    const evidence = [batchOf(round)];
    const started = performance.now();
    const before = process.threadCpuUsage();
    await apply(evidence);
    const { user, system } = process.threadCpuUsage(before);
    took.push(performance.now() - started);
    worked.push((user + system) / 1_000);
  }
  const perSlot = Math.round(items / slots / 2);
  const buckets = Array.from({ length: 300 }, (_, n) => [n, perSlot] as const);
  for (let slot = 0; slot < slots; slot += 1) {
    const raw = [perSlot, 100, 50, 200, 20, 3, perSlot, 900, 100, 90, 80, 3, 2, 50, 900];
    const sketches = slot === 0 ? { legacy: buckets, candidate: buckets, added: buckets, overhead: buckets } : {};
    const of = (population: (typeof populations)[number]) =>
      sampleEvidence({ stream: sampleStream({ scope: "big.1", population }), slot, raw, alone: raw, sketches });
    await apply(populations.map(of));
  }
  const read: number[] = [];
  const readWork: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const started = performance.now();
    const before = process.threadCpuUsage();
    const found = await archive.evidence("big.1");
    const { user, system } = process.threadCpuUsage(before);
    read.push(performance.now() - started);
    readWork.push((user + system) / 1_000);
    const [one] = found;
    if (found.length !== populations.length || one?.slots.length !== slots) throw new Error("Not all was read");
  }
  await archive.close();
  return {
    batch: median(took),
    cpu: median(worked),
    read: median(read),
    readCpu: median(readWork),
  };
}

const say = (what: string, value: number, unit: string, limit?: number): void => {
  const verdict = limit === undefined ? "" : `  limit ${limit} ${value < limit ? "ok" : "MISSED"}`;
  process.stdout.write(`${what.padEnd(64)} ${value.toFixed(2).padStart(8)} ${unit}${verdict}\n`);
};

say("recording what an item is evidence of (CPU)", recording(), "us", recordLimitUs);
const directory = mkdtempSync(join(tmpdir(), "sombra-bench-"));
const server = await startRedis();
try {
  const parsed = parseRedisUrl(server.url);
  if (!parsed.ok) throw new Error(parsed.problem);
  const archives = [
    ["SQLite", () => createSqliteArchive({ path: join(directory, "account.db") })],
    ["Redis", () => createRedisArchive({ target: parsed.target })],
  ] as const;
  for (const [name, open] of archives) {
    const { batch, cpu, read, readCpu } = await storing(open());
    say(`${name}: a batch of 2,000 new cells`, batch, "ms");
    say(`${name}: of it CPU of the archive's thread`, cpu, "ms");
    say(`${name}: reading 10^8 items of a week in 4 streams`, read, "ms", readLimitMs);
    say(`${name}: of it CPU of the archive's thread`, readCpu, "ms");
  }
} finally {
  await server.close();
  rmSync(directory, { recursive: true });
}
