import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Checkpoint, Progress } from "../../src/rollout/index.ts";
import type { Journal, JournalLimits } from "../../src/store/index.ts";

export interface JournalOptions {
  readonly limits?: Partial<JournalLimits>;
  readonly now?: () => number;
}

/** One journal as the suite needs it: empty at first, and gone after `close`. */
export interface JournalPlace {
  /** A handle of its own, as another process has it. Its owner closes it. */
  open(options?: JournalOptions): Journal;
  /** Everything is lost. */
  empty(): Promise<void>;
  /** What is known of tokens and of who leads, to be put back: as a copy has it that lags behind. */
  copy(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Longer than any test. */
const longMs = 60_000;
const day = 24 * 3_600_000;
const noon = Date.parse("2026-01-02T12:00:00.000Z");

export function progress(runningMs: number): Progress {
  return {
    visit: 1,
    runningMs,
    at: "2026-01-02T12:00:00.000Z",
    checkpointAt: null,
    sinceCheckpointMs: 0,
    failures: { "error-rate": 1 },
    sinceFailureMs: { "error-rate": 60_000 },
    errors: 0,
    withoutDataMs: 0,
    told: ["no-data"],
  };
}

export function checkpoint(name: string, rollout = "r"): Checkpoint {
  return {
    name,
    at: "2026-01-02T12:00:00.000Z",
    rollout,
    flag: "F",
    phase: "canary",
    scope: `${rollout}.1`,
    config: { enabled: true, rollout: 5, allowlist_count: 0 },
    metrics: { "5xx_rate": 0 },
    determinism: "PASS",
    status: "PASS",
    alerts: [],
    gates: [],
    conclusion: "hold",
    why: "1 h of 4 h",
  };
}

/** The token of a lease that must be given. */
export async function lease(journal: Journal, instance: string, ms = longMs): Promise<number> {
  const given = await journal.lease(instance, ms);
  if (given === null) throw new Error(`No lease for ${instance}`);
  return given.token;
}

/** What every journal does, whatever it is made of. */
export function journalContract(kind: "sqlite" | "redis", start: () => Promise<JournalPlace>): void {
  describe(`a journal in ${kind}`, { timeout: 30_000 }, () => {
    let place: JournalPlace;
    let opened: Journal[];
    let one: Journal;
    let two: Journal;
    const open = (options?: JournalOptions): Journal => {
      const journal = place.open(options);
      opened.push(journal);
      return journal;
    };
    beforeEach(async () => {
      opened = [];
      place = await start();
      one = open();
      two = open();
    });
    afterEach(async () => {
      await Promise.all(opened.map((journal) => journal.close()));
      await place.close();
    });
    const names = async (journal = one, limit = 100): Promise<string> =>
      (await journal.checkpoints("r", limit)).map(({ name }) => name).join(" ");

    it("gives one instance the lease, as long as it asks again, and the next a higher token", async () => {
      const first = await lease(one, "a");
      expect(await two.lease("b", longMs)).toBeNull();
      expect(await lease(one, "a")).toBe(first);
      await two.release("b");
      expect(await two.lease("b", longMs)).toBeNull();
      await one.release("a");
      const second = await lease(two, "b");
      expect(second).toBeGreaterThan(first);
      expect(await one.lease("a", longMs)).toBeNull();
      await two.release("b");
      // Whoever let go of it is a new holder.
      expect(await lease(two, "b")).toBeGreaterThan(second);
    });

    it("gives the lease to another once it is over", async () => {
      const first = await lease(one, "a", 100);
      await expect.poll(() => two.lease("b", longMs)).not.toBeNull();
      const second = await lease(two, "b");
      expect(second).toBeGreaterThan(first);
      expect(await one.lease("a", longMs)).toBeNull();
    });

    it("takes nothing from whom another has overtaken, and from whom nobody has even once the lease is over", async () => {
      const old = await lease(one, "a", 1);
      expect(await one.keep("r", progress(1), old)).toBe(true);
      expect(await one.add(checkpoint("first"), old)).toBe(true);
      await expect.poll(() => two.lease("b", longMs)).not.toBeNull();
      const token = await lease(two, "b");
      expect([await one.keep("r", progress(2), old), await one.add(checkpoint("late"), old)]).toEqual([false, false]);
      expect([await two.progress("r"), await names()]).toEqual([progress(1), "first"]);
      expect([await two.keep("r", progress(3), token), await two.add(checkpoint("second"), token)]).toEqual([
        true,
        true,
      ]);
      expect([await one.progress("r"), await names()]).toEqual([progress(3), "second first"]);
    });

    it("keeps rollouts apart, and knows nothing of others", async () => {
      const token = await lease(one, "a");
      await one.keep("r", progress(1), token);
      await one.keep("s", progress(2), token);
      await one.add(checkpoint("of-s", "s"), token);
      expect([await two.progress("r"), await two.progress("s")]).toEqual([progress(1), progress(2)]);
      expect([await two.progress("t"), await names(), await two.checkpoints("s", 1)]).toEqual([
        null,
        "",
        [checkpoint("of-s", "s")],
      ]);
    });

    it("has the newest checkpoints first, so many at most, and one that is said again once", async () => {
      const journal = open({ limits: { checkpoints: 3 } });
      const token = await lease(journal, "a");
      for (const name of ["1", "2", "3", "3", "4", "5"]) expect(await journal.add(checkpoint(name), token)).toBe(true);
      expect([await names(), await names(two, 2), await names(two, 0)]).toEqual(["5 4 3", "5 4", ""]);
    });

    it("lets go of checkpoints after 90 days", async () => {
      let now = noon;
      const journal = open({ now: () => now });
      const token = await lease(journal, "a");
      await journal.add(checkpoint("old"), token);
      now += 60 * day;
      await journal.add(checkpoint("young"), token);
      now += 30 * day;
      await journal.add(checkpoint("new"), token);
      expect(await names()).toBe("new young old");
      now += 1;
      await journal.add(checkpoint("newer"), token);
      expect(await names()).toBe("newer new young");
    });

    it("takes nothing after it has lost everything, until somebody leads anew, with a token that is higher than all before", async () => {
      const first = await lease(one, "a");
      await one.keep("r", progress(1), first);
      await place.empty();
      expect([await one.keep("r", progress(2), first), await one.add(checkpoint("late"), first)]).toEqual([
        false,
        false,
      ]);
      // One that knows nothing of what was before.
      const fresh = open();
      const second = await lease(fresh, "b");
      expect(second).toBeGreaterThan(first);
      expect(await one.lease("a", longMs)).toBeNull();
      expect(await one.keep("r", progress(2), first)).toBe(false);
      expect(await fresh.keep("r", progress(3), second)).toBe(true);
      await place.empty();
      expect(await lease(one, "a")).toBeGreaterThan(second);
    });

    it("gives no token twice, and none that is older, where a copy takes over that lags behind", async () => {
      const first = await lease(one, "a");
      const putBack = await place.copy();
      await one.release("a");
      const second = await lease(two, "b");
      await putBack();
      // The copy believes that the first one still leads: nobody else does until that is over.
      expect(await two.lease("b", longMs)).toBeNull();
      expect(await two.keep("r", progress(2), second)).toBe(true);
      expect(await one.keep("r", progress(1), first)).toBe(false);
      const third = await lease(one, "a");
      expect(third).toBeGreaterThan(second);
      expect(await two.keep("r", progress(2), second)).toBe(false);
    });

    it("has one leader at a time whose token is the highest, whatever they do", async () => {
      const act = fc.record({
        who: fc.constantFrom("a", "b"),
        what: fc.constantFrom("lease", "release", "keep", "empty"),
      });
      const journals = { a: one, b: two };
      const tokens: Record<string, number> = { a: 0, b: 0 };
      let holder: string | null = null;
      let newest = 0;
      let lost = true;
      const all = fc.sample(fc.array(act, { minLength: 80, maxLength: 80 }), { numRuns: 1, seed: 9 }).flat();
      for (const { who, what } of all) {
        const journal = journals[who === "a" ? "a" : "b"];
        const token = tokens[who] ?? 0;
        if (what === "lease") {
          const given = await journal.lease(who, longMs);
          expect(given === null).toBe(holder !== null && holder !== who);
          if (given === null) continue;
          if (holder === who) expect(given.token).toBe(token);
          else expect(given.token).toBeGreaterThan(newest);
          [holder, newest, lost] = [who, given.token, false];
          tokens[who] = given.token;
        } else if (what === "release") {
          await journal.release(who);
          if (holder === who) holder = null;
        } else if (what === "keep") {
          expect(await journal.keep("r", progress(1), token)).toBe(!lost && token === newest);
        } else {
          await place.empty();
          [holder, lost] = [null, true];
        }
      }
      expect(newest).toBeGreaterThan(0);
    });
  });
}
