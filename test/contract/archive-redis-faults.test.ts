import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Archive } from "../../src/account/index.ts";
import type { RedisArchiveOptions } from "../../src/store/index.ts";
import { sampleEvidence } from "../../src/account/sample.ts";
import { Opened } from "../support/opened.ts";
import { startCluster, startRedis, type RedisServer } from "../support/redis.ts";
import { expectWhole, killedWriters } from "./archive-faults.ts";
import { batch, cell, divergent, everything, items, noon, redisArchive, showing } from "./archive-place.ts";
import { failure } from "./redis-store.ts";

const LIMIT_MS = 1000;
/** A machine that has other tests to do keeps timers waiting. */
const LATE_MS = 2_000;
const one = batch(1, { counts: items({ match: 1 }) });

const opened = new Opened();
let server: RedisServer;

beforeEach(async () => {
  server = opened.add(await startRedis("--appendonly", "yes", "--appendfsync", "always"));
});
afterEach(opened.close);

const archiveOn = (url: string, options: Partial<RedisArchiveOptions> = {}): Archive =>
  opened.add(redisArchive(url, { now: () => noon, limitMs: LIMIT_MS, ...options }));
/** Once it answers again. */
const answers = (archive: Archive): Promise<void> =>
  expect
    .poll(
      () =>
        archive.ledger().then(
          () => "answers",
          () => "is away",
        ),
      { timeout: 30_000 },
    )
    .toBe("answers");

describe("an archive in a Redis that fails", { timeout: 30_000 }, () => {
  it("has each batch whole or not at all after its writers were killed", async () => {
    const said = await killedWriters(server.url, ["a", "b"]);
    await expectWhole(archiveOn(server.url), said);
  });

  it("keeps what it said to have kept where Redis is killed, and takes the rest again", async () => {
    const archive = archiveOn(server.url);
    await archive.apply("one", { ...showing(1, [divergent("e1")]), counts: items({ divergent: 2 }) });
    await server.kill();
    const { error, ms } = await failure(() => archive.apply("one", batch(2, { counts: items({ match: 1 }) })));
    expect(error).toMatchObject({ fault: "unreachable" });
    expect(ms).toBeLessThan(LIMIT_MS + LATE_MS);
    await server.restart();
    await answers(archive);
    expect(await archive.apply("one", batch(2, { counts: items({ match: 1 }) }))).toBe("applied");
    expect(await archive.ledger()).toMatchObject({ received: 3, compared: { divergent: 2, match: 1 } });
    expect(await archive.exchange("e1")).toEqual(divergent("e1"));
  });

  it("adds a batch once that was given up as silent and carried out all the same", async () => {
    const archive = archiveOn(server.url);
    await archive.apply("one", one);
    server.freeze();
    const late = batch(2, { counts: items({ match: 5 }), cells: [{ route: "default", cell: cell("aa"), gravity: 0 }] });
    const calls = [() => archive.apply("one", late), () => archive.ledger(), () => archive.groups(everything)];
    for (const { error, ms } of await Promise.all(calls.map(failure))) {
      expect(error).toMatchObject({ fault: "unreachable" });
      expect(ms).toBeLessThan(LIMIT_MS + LATE_MS);
    }
    server.thaw();
    await answers(archive);
    await archive.apply("one", late);
    expect(await archive.ledger()).toMatchObject({ received: 6, cells: { compared: 1 } });
  });

  it.each([
    ["memory is short", ["CONFIG", "SET", "maxmemory", "1"], "read-only"],
    ["somebody else has one of its keys", ["SET", "{sombra}:archive:shoppers", "x"], "corrupt"],
    ["somebody else has the cells of the time", ["SET", `{sombra}:archive:found:${noon / 600_000}`, "x"], "corrupt"],
    ["somebody else has the marks of the time", ["SET", `{sombra}:archive:marks:${noon / 600_000}`, "x"], "corrupt"],
    ["somebody else has the evidence of a scope", ["SET", "{sombra}:archive:evidence:r.1", "x"], "corrupt"],
    ["it only reads", ["REPLICAOF", "127.0.0.1", "1"], "read-only"],
  ])("adds nothing of a batch where %s", async (_what, command, fault) => {
    const archive = archiveOn(server.url);
    await archive.apply("one", one);
    await server.cli(...command);
    const half = { ...showing(2, [divergent("e1")]), counts: items({ match: 1 }), pending: { default: 1 } };
    const groups = half.groups.map((group) => ({ ...group, cells: [cell("aa")] }));
    const evidence = [sampleEvidence({ raw: [1], cells: [[cell("aa"), 1]] })];
    await expect(archive.apply("one", { ...half, groups, evidence })).rejects.toMatchObject({ fault });
    await answers(archive);
    expect(await archive.ledger()).toMatchObject({ received: 1, pending: 0 });
    expect(await archive.groups(everything)).toMatchObject({ total: 0 });
    expect(await archive.exchange("e1")).toBeNull();
  });

  it("leaves no key behind that grows or stays for ever but its counters", async () => {
    const archive = archiveOn(server.url, { now: () => Date.now() });
    await archive.apply("one", {
      ...showing(1, [divergent("e1")]),
      cells: [{ route: "default", cell: cell("aa"), gravity: 0 }],
      evidence: [sampleEvidence({ raw: [1], cells: [[cell("aa"), 1]] })],
    });
    const keys = (await server.cli("KEYS", "*")).split("\n");
    expect(keys.every((key) => key.startsWith("{sombra}:archive:"))).toBe(true);
    const slots = keys.filter((key) => /:(?:cells|found|marks):/.test(key));
    expect(slots).toHaveLength(2);
    for (const key of slots) expect(Number(await server.cli("PTTL", key))).toBeGreaterThan(0);
  });

  it("lives in a cluster as elsewhere", async () => {
    const nodes = (await startCluster()).map((node) => opened.add(node));
    const archive = archiveOn(`redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`);
    const shopper = "9f86d081884c7d65";
    const { groups, ...rest } = showing(1, [divergent("e1", shopper)]);
    await archive.apply("one", {
      ...rest,
      counts: items({ divergent: 1 }),
      groups: groups.map((group) => ({ ...group, cells: [cell(shopper)] })),
      cells: [{ route: "default", cell: cell(shopper), gravity: 3 }],
      evidence: [sampleEvidence({ raw: [1], cells: [[cell(shopper), 1]] })],
    });
    expect(await archive.evidence("r.1")).toMatchObject([{ shoppers: { count: 1 } }]);
    expect(await archive.ledger()).toMatchObject({ received: 1, cells: { critical: 1 } });
    expect(await archive.group("a")).toMatchObject({ cells: 1, shoppers: 1, examples: ["e1"] });
    expect(await archive.erase([shopper])).toMatchObject({ exchanges: 1, cut: 0 });
    await archive.expire();
    expect(await archive.groups(everything)).toMatchObject({ groups: [{ count: 1, examples: [] }] });
  });
});
