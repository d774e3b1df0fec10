import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Opened } from "../../../../test/support/opened.ts";
import { startRedis } from "../../../../test/support/redis.ts";
import { createKeyedHash } from "../../../compare/index.ts";
import type { Edit } from "../../../flags/index.ts";
import type { Rule } from "../../../model/index.ts";
import { LEGACY, load } from "../../config/sample.ts";
import { unknownYet } from "./flags.ts";
import type { HashKeys } from "./hash-keys.ts";
import { createKnownFlags } from "../control/known-flags.ts";
import { createRegistryLine } from "../control/registry-line.ts";
import { startRegistry } from "./registry-link.ts";

const opened = new Opened();
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sombra-spreading-"));
});
afterEach(async () => {
  await opened.close();
  rmSync(directory, { recursive: true });
});

const actor = { kind: "token", name: "anna" } as const;
const dates = { path: "/body/at", ignore: true, owner: "anna", reason: "clocks", expires: "never" };
const put: Edit = { kind: "document", collection: "rule", id: "dates", value: dates };
const hash = createKeyedHash("key");

/** An instance: its registry's thread, with what its data plane and its control thread are told. */
async function instance(name: string, redisUrl: string) {
  const config = load({ ...LEGACY, SOMBRA_DATA_DIR: join(directory, name), SOMBRA_REDIS_URL: redisUrl });
  const told = {
    rules: new Array<readonly Rule[]>(),
    forget: new Array<string>(),
    erased: new Array<string>(),
    expected: new Array<string>(),
    keys: new Array<HashKeys>(),
  };
  const link = startRegistry({
    data: () => ({ config, hashKey: "key", localKill: null }),
    rules: (rules) => void told.rules.push(rules),
    expected: (all) => void told.expected.push(...all.map(({ signature }) => signature)),
    hashKeys: (keys) => void told.keys.push(keys),
    forget: (hashes) => void told.forget.push(...hashes),
    flags: () => {},
    event: () => {},
    fault: () => {},
    begun: () => {},
    tied: [],
  });
  const known = createKnownFlags(config, unknownYet(config));
  const line = createRegistryLine(known, (hashes) => void told.erased.push(...hashes));
  const port = link.line();
  line.connect(port);
  opened.add({
    async close() {
      port.close();
      await link.stop(2_000);
    },
  });
  await expect.poll(() => known.now().store.up, { timeout: 30_000, interval: 10 }).toBe(true);
  const write = (...edits: readonly Edit[]) => line.deps.write({ edits, actor, reason: null, expect: {} });
  return { told, known, line, write, ids: () => [...known.now().state.documents.keys()] };
}

const soon = { timeout: 30_000, interval: 10 };

test("rules reach the data plane and the admin port of every instance, and flags alone send none again", async () => {
  const redis = opened.add(await startRedis());
  const [one, two] = [await instance("one", redis.url), await instance("two", redis.url)];
  expect(await one.write(put)).toMatchObject({ kind: "written" });
  expect([one.told.rules.length, one.ids()]).toEqual([1, ["rule:dates"]]);
  await expect.poll(() => two.told.rules, soon).toMatchObject([[{ id: "dates", source: "api", path: "/body/at" }]]);
  await expect.poll(() => two.ids(), soon).toEqual(["rule:dates"]);
  const seen = [one, two].map(({ known }) => known.now().state.documents);
  await one.write({ kind: "patch", key: "WHATSAPP_ROUTING_ENABLED", fields: { percent: 5 } });
  await expect.poll(() => two.known.now().snapshot.version, soon).toBe(2);
  expect([one, two].map(({ known }) => known.now().state.documents === seen.shift())).toEqual([true, true]);
  expect([one.told.rules.length, two.told.rules.length]).toEqual([1, 1]);
  await two.write({ kind: "remove-document", collection: "rule", id: "dates" });
  await expect.poll(() => one.told.rules.at(-1), soon).toEqual([]);
  expect(await startedLate(redis.url)).toEqual([]);
});

test("what is marked as expected reaches the data plane of every instance", async () => {
  const redis = opened.add(await startRedis());
  const [one, two] = [await instance("one", redis.url), await instance("two", redis.url)];
  const value = {
    state: "expected",
    reason: "known",
    until: null,
    link: null,
    at: "2026-01-02T03:04:05Z",
    reopened: null,
  };
  await one.write({ kind: "document", collection: "triage", id: "00000000000000aa", value });
  await expect
    .poll(() => [one.told.expected, two.told.expected], soon)
    .toEqual([["00000000000000aa"], ["00000000000000aa"]]);
});

test("a new key is known to every instance, and takes over on all of them", { timeout: 40_000 }, async () => {
  const redis = opened.add(await startRedis());
  const [one, two] = [await instance("one", redis.url), await instance("two", redis.url)];
  const answer = await one.line.deps.rotate({ actor, reason: "somebody left" });
  expect(answer).toMatchObject({ kind: "rotated", told: { retired: [{ retired_at: expect.any(String) }] } });
  const both = () => [one, two].map(({ told }) => told.keys.at(-1));
  await expect.poll(both, soon).toEqual([one.told.keys[0], one.told.keys[0]]);
  const [before] = one.told.keys;
  expect(before).toEqual({ current: "key", all: ["key", expect.stringMatching(/^[0-9a-f]{64}$/)] });
  const key = before?.all[1] ?? "";
  const inForce = { current: key, all: [key, "key"] };
  await expect.poll(both, { timeout: 30_000, interval: 50 }).toEqual([inForce, inForce]);
  expect(one.known.now().state.documents.get("hash-key:ring")).toMatchObject({ updatedBy: "token:anna" });
  const told = JSON.stringify([answer, ...one.known.now().state.documents.values()]);
  expect(told).not.toContain(key);
  expect(readFileSync(join(directory, "two", "hash-key"), "utf8")).toMatch(new RegExp(`^${key},key@\\d+\n$`));
  // Whoever starts now goes by both.
  const late = await instance("three", redis.url);
  await expect.poll(() => late.told.keys.at(-1)?.all, soon).toEqual([key, "key"]);
  const [entry] = await one.line.deps.audit({ limit: 1 });
  expect(entry).toMatchObject({ actor, reason: "somebody left", subject: "ring" });
});

test("a shopper who is erased on one instance is to be forgotten on all", async () => {
  const redis = opened.add(await startRedis());
  const [one, two] = [await instance("one", redis.url), await instance("two", redis.url)];
  await one.write({ kind: "audience", name: "pilot", members: ["15550100077", "15550100078"] });
  const order = { shopper: "15550100077", lists: true, actor, reason: "asked" };
  const answer = await one.line.erase(order);
  expect(answer).toMatchObject({
    kind: "erased",
    hashes: expect.arrayContaining([hash("15550100077"), hash("+15550100077")]),
    removed: ["audience:pilot"],
    left: null,
  });
  const hashes = answer.kind === "erased" ? answer.hashes : [];
  await expect
    .poll(() => [one, two].flatMap(({ told }) => [told.forget, told.erased]), soon)
    .toEqual([hashes, [], hashes, hashes]);
  await expect.poll(() => two.known.now().state.audiences.get("pilot")?.size, soon).toBe(1);
});

async function startedLate(url: string): Promise<readonly string[]> {
  return (await instance("three", url)).ids();
}
