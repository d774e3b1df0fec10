import { describe, expect, test } from "vitest";
import { createSnapshot } from "../flags/index.ts";
import type { ItemState } from "../model/index.ts";
import { sampleRoute } from "../model/sample.ts";
import type { AnswerReport, Delivery, Judgement } from "../proxy/index.ts";
import { Following } from "./following.ts";
import { legacyAlone } from "./judge.ts";

const upstream = { url: new URL("http://side.test"), timeoutMs: 0, keepAliveMs: 0 };
const route = sampleRoute({
  legacy: upstream,
  candidate: upstream,
  fallback: "never",
  settle: { quietMs: 0, maxMs: 0 },
});
const delivery: Delivery = {
  exchange: "a".repeat(24),
  route,
  head: { method: "POST", target: "/", rawHeaders: [] },
  makesItems: true,
  chunked: false,
  receivedMs: 0,
  receivedAt: 0,
  trace: { traceId: "b".repeat(32), spanId: "c".repeat(16), parentSpanId: null, tracestate: null, sampled: false },
  snapshot: createSnapshot({ version: 1, killed: false, source: "code", forceOff: [], flags: [], routes: [] }),
};
const body = Buffer.from("{}");
const report: AnswerReport = {
  answeredBy: "legacy",
  status: 200,
  doneMs: 1,
  overheadMs: 0,
  asked: [],
  release: () => undefined,
};

const place = { waitedMs: 0, uncertain: false, leave: () => undefined };

/** A delivery that no flag could mirror, and what is told of it. */
function quiet(judge: () => Judgement | Promise<Judgement>) {
  const ended: ItemState[] = [];
  const faults: string[] = [];
  const settled = Promise.withResolvers<ItemState>();
  const following = new Following(delivery, {
    judge,
    quiet: () => true,
    arrive: () => ({ enter: () => place, close: () => undefined }),
    arriveTwin: () => null,
    callTwin: () => undefined,
    compareTwin: () => null,
    missedTwin: () => undefined,
    counted: () => undefined,
    fellBack: () => undefined,
    call: () => undefined,
    compare: () => undefined,
    clock: () => 0,
    close(_, states) {
      for (const { state } of states) {
        ended.push(state);
        settled.resolve(state);
      }
    },
    fault: (operation) => void faults.push(operation),
  });
  return { following, ended, faults, settled: settled.promise };
}

const good = legacyAlone("disabled", "not-enabled");
const forged = legacyAlone("bad-signature", "bad-signature");

const notEnabled = { state: "skipped", substate: "not-enabled" };
const badSignature = { state: "skipped", substate: "bad-signature" };

describe("a delivery that nobody mirrors", () => {
  test.each([
    [good, notEnabled],
    [forged, badSignature],
  ])("settles with its answer: %#", (judgement, state) => {
    const { following, ended } = quiet(() => judgement);
    following.received(body, null);
    expect(ended).toEqual([]);
    following.answered(report);
    expect(ended).toEqual([state]);
  });

  test.each([
    [good, notEnabled],
    [forged, badSignature],
  ])("waits for a judgement that is made elsewhere, and settles once: %#", async (judgement, state) => {
    const told = Promise.withResolvers<Judgement>();
    const { following, ended, settled } = quiet(() => told.promise);
    following.received(body, null);
    following.answered(report);
    expect(ended).toEqual([]);
    told.resolve(judgement);
    expect(await settled).toEqual(state);
    expect(ended).toHaveLength(1);
  });

  test("counts each of its items", () => {
    const [item] = good.items;
    if (item === undefined) throw new Error("There is always an item");
    const { following, ended } = quiet(() => ({ ...good, items: [item, item, item] }));
    following.received(body, null);
    expect(following.items).toBe(3);
    following.answered(report);
    expect(ended).toEqual([notEnabled, notEnabled, notEnabled]);
  });

  test("is not enabled where it cannot be judged, and the fault is told", async () => {
    const { following, faults, settled } = quiet(() => Promise.reject(new Error("No thread")));
    following.received(body, null);
    following.answered(report);
    expect(await settled).toEqual(notEnabled);
    expect(faults).toEqual(["judge"]);
  });

  test("is let go of at a stop, whatever is told after it", async () => {
    const told = Promise.withResolvers<Judgement>();
    const { following, ended } = quiet(() => told.promise);
    following.received(body, null);
    following.answered(report);
    following.drop("shutting-down");
    told.resolve(forged);
    await told.promise;
    expect(ended).toEqual([{ state: "skipped", substate: "shutting-down" }]);
  });

  test("is not enabled where its body was not kept: nobody would have been called", () => {
    const { following, ended, faults } = quiet(() => {
      throw new Error("Nobody asks");
    });
    following.received("body-too-large", null);
    following.answered(report);
    expect([ended, faults]).toEqual([[notEnabled], []]);
  });
});
