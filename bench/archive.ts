/**
 * What the archive costs: a batch of 100 groups and 1,000 items in each store, reading a page of groups, and what recording
 * an item costs the data plane's thread. `node bench/archive.ts`; needs redis-server.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellOf, createTally, type Archive, type ArchiveBatch } from "../src/account/index.ts";
import { createKeyedHash } from "../src/compare/index.ts";
import { parseRedisUrl } from "../src/lib/redis-url.ts";
import type { Divergence } from "../src/model/index.ts";
import { createRedisArchive } from "../src/store/archive-redis.ts";
import { createSqliteArchive } from "../src/store/index.ts";
import { startRedis } from "../test/support/redis.ts";

const rounds = 30;
const itemsEach = 1_000;
const groups = 100;
const hash = createKeyedHash("0".repeat(64));

function divergence(n: number): Divergence {
  return {
    where: "answer",
    path: `/body/${n}`,
    kind: "changed",
    severity: "major",
    signature: String(n).padStart(16, "0"),
    legacy: { type: "string", length: 3 },
    candidate: { type: "string", length: 4 },
    change: "text",
    noise: null,
    downstream: false,
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** Items of as many shoppers, one in ten of them divergent, as the data plane counts them. */
function recorder() {
  const tally = createTally(() => performance.now());
  const items = tally.counter("sombra_items_total", { route: "default", state: "compared", substate: "match" });
  const none: readonly Divergence[] = [];
  const found = Array.from({ length: groups }, (_, n) => [divergence(n)]);
  return {
    tally,
    record: (from: number): void => {
      const at = Date.now();
      for (let n = 0; n < itemsEach; n += 1) {
        items.add();
        const subject = {
          route: "default",
          itemKind: "message.text",
          at,
          cell: cellOf(at, hash(`44770090${from + n}`)),
        };
        tally.compared(`e${n}`, subject, n % 10 === 0 ? (found[(n / 10) % groups] ?? none) : none);
      }
    },
  };
}

function recording(): number {
  const { tally, record } = recorder();
  const each = Array.from({ length: 200 }, (_, round) => {
    const before = process.threadCpuUsage();
    record(round * itemsEach);
    const { user, system } = process.threadCpuUsage(before);
    while (tally.drainArchive(Date.now(), {}).more);
    tally.drain(Date.now(), { pending: {}, gauges: [] });
    return (user + system) / itemsEach;
  });
  return median(each.slice(50));
}

async function storing(archive: Archive): Promise<Readonly<Record<"batch" | "cpu" | "page", number>>> {
  const { tally, record } = recorder();
  const batches: ArchiveBatch[] = Array.from({ length: rounds }, (_, round) => {
    record(round * itemsEach);
    return tally.drainArchive(Date.now(), {});
  });
  const took: number[] = [];
  const worked: number[] = [];
  await archive.ledger();
  for (const batch of batches) {
    const started = performance.now();
    const before = process.threadCpuUsage();
    await archive.apply("bench", batch);
    const { user, system } = process.threadCpuUsage(before);
    took.push(performance.now() - started);
    worked.push((user + system) / 1_000);
  }
  const read: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await archive.groups({ offset: 0, limit: 100 });
    read.push(performance.now() - started);
  }
  await archive.close();
  return { batch: median(took), cpu: median(worked), page: median(read) };
}

const say = (what: string, value: number, unit: string): void => {
  process.stdout.write(`${what.padEnd(56)} ${value.toFixed(2).padStart(8)} ${unit}\n`);
};

say("recording an item, hash of the shopper included (CPU)", recording(), "us");
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
    const { batch, cpu, page } = await storing(open());
    say(`${name}: a batch of ${groups} groups, ${itemsEach} items of as many shoppers`, batch, "ms");
    say(`${name}: of it CPU of the archive's thread`, cpu, "ms");
    say(`${name}: a page of ${groups} groups`, page, "ms");
  }
} finally {
  await server.close();
  rmSync(directory, { recursive: true });
}
