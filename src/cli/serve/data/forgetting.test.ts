import { expect, test } from "vitest";
import { sampleEffect } from "../../../compare/effects/sample.ts";
import { createKeyedHash } from "../../../compare/index.ts";
import { createLearnedAliases } from "../../../identify/index.ts";
import { createDrift, createSeen } from "../../../mirror/index.ts";
import type { Note } from "../../../registry/index.ts";
import { forgetAll, theirs } from "./forgetting.ts";
import { createKnownAliases } from "./known-aliases.ts";
import { createReads } from "../effects/reads.ts";
import { createSent } from "./sent.ts";

const number = "15550100077";
const other = "15550100078";
const hash = createKeyedHash("key");
const isTheirs = theirs([hash(number)], [hash]);
const wamidOf = (shopper: string): string =>
  `wamid.${Buffer.from(`\x1d\x0b${shopper}\x15\x02\x00\x11\x18\x12ABCDEF0123456789AB\x00`, "latin1").toString("base64")}`;

test("an id is of whoever it names, by hash, under any key in use", () => {
  expect([number, other, wamidOf(number), wamidOf(other), "wamid.", "wamid.!!"].map(isTheirs)).toEqual([
    true,
    false,
    true,
    false,
    false,
    false,
  ]);
  const old = createKeyedHash("old");
  expect(theirs([old(number)], [hash, old])(number)).toBe(true);
});

test("who is forgotten goes by no other id any more, and all others do", async () => {
  const learned = createLearnedAliases({ max: 20_000 });
  for (let n = 0; n < 5_000; n += 1) learned.learn([`1555020${n}`, `US.${n}`]);
  learned.learn([number, "US.theirs", "US.older"]);
  await forgetAll(learned.known(), isTheirs);
  expect([learned.of("US.theirs"), learned.of("US.older"), learned.of("US.17")]).toEqual([
    "US.theirs",
    "US.older",
    "155502017",
  ]);
  expect(learned.drain().flat()).not.toContain(number);
});

test("answers go in between", async () => {
  const all = Array.from({ length: 1_000 }, (_, n) => ({ ids: [String(n)], forget() {} }));
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 0);
  const immediate = (): void => {
    turns += 1;
  };
  setImmediate(immediate);
  await forgetAll(all, () => false);
  clearInterval(counting);
  expect(turns).toBeGreaterThan(0);
});

test("what was not noted yet of whoever is forgotten is never noted", async () => {
  const put: Note[] = [];
  const notes = {
    put: async (given: readonly Note[]) => put.push(...given) > 0,
    get: async () => new Map<string, string>(),
    latest: () => 0,
    told: null,
  };
  let isUp = false;
  const link = { ...notes, put: async (given: readonly Note[]) => isUp && notes.put(given) };
  const aliases = createKnownAliases({ notes: link, hashKeys: () => ["key"], clock: () => 0 });
  aliases.learned.learn([number, "US.theirs"]);
  aliases.learned.learn([other, "US.other"]);
  await aliases.save();
  await aliases.forget(isTheirs);
  isUp = true;
  await aliases.save();
  // Who the id is, and which ids the shopper has.
  expect(put).toHaveLength(2);
});

test("items and messages of whoever is forgotten are new when they come again", async () => {
  const seen = createSeen({ forMs: 600_000, max: 1_000 }, () => 0);
  seen.delivered("e1").first(wamidOf(number));
  seen.delivered("e1").first(wamidOf(other));
  await forgetAll(seen.known(), isTheirs);
  expect(seen.delivered("e2").first(wamidOf(number))).toBeNull();
  expect(seen.delivered("e2").first(wamidOf(other))).not.toBeNull();
  const sent = createSent({
    notes: { put: async () => true, get: async () => null, latest: () => 0, told: null },
    hashes: () => [hash],
  });
  sent.paired([number, other].map((shopper) => ({ legacy: wamidOf(shopper), candidate: "wamid.HELD" })));
  await forgetAll(sent.known(), isTheirs);
  expect([number, other].map((shopper) => sent.candidateIdOf(wamidOf(shopper)))).toEqual([null, "wamid.HELD"]);
});

test("which message of one side is which of the other's is forgotten from either end, and what waits to be noted", async () => {
  const put: Note[] = [];
  const notes = {
    put: async (given: readonly Note[]) => put.push(...given) > 0,
    get: async () => null,
    latest: () => 0,
    told: null,
  };
  const sent = createSent({ notes, hashes: () => [hash] });
  sent.paired([{ legacy: wamidOf(number), candidate: "wamid.HELD" }]);
  sent.did(sampleEffect({ produced: [wamidOf(number)] }));
  sent.did(sampleEffect({ produced: [wamidOf(other)] }));
  await forgetAll(sent.known(), isTheirs);
  expect([sent.legacyIdOf("wamid.HELD"), sent.by(wamidOf(number)), sent.by(wamidOf(other))]).toEqual([
    null,
    null,
    "legacy",
  ]);
  await sent.save();
  // The other one, and that legacy sends at all.
  expect(put).toHaveLength(2);
});

test("whoever is forgotten has never diverged", async () => {
  const drift = createDrift({ pauseMs: 1_000, max: 100 }, () => 0);
  for (const shopper of [number, other]) drift.drifted({ route: "default", shopper });
  await forgetAll(drift.known(), isTheirs);
  expect([number, other].map((shopper) => drift.met({ route: "default", shopper }))).toEqual([false, true]);
});

test("what was read outside is asked for again", async () => {
  const reads = createReads();
  const read = { upstream: "graph", method: "GET", target: "/v23.0/1", exchange: "e1" };
  reads.answered({ ...read, status: 200, answer: Buffer.from(number), answerHeaders: [] });
  expect(await reads.wait(read, 0)).toMatchObject({ status: 200 });
  reads.forget();
  expect(await reads.wait(read, 0)).toBeNull();
});
