import { describe, expect, test } from "vitest";
import { createSnapshot } from "../flags/index.ts";
import type { ItemState, Route } from "../model/index.ts";
import type { AnswerReport, Delivery } from "../proxy/index.ts";
import { Following } from "./following.ts";

const upstream = { url: new URL("http://side.test"), timeoutMs: 0, keepAliveMs: 0 };
const route: Route = {
  name: "default",
  path: "/",
  profile: {
    name: "test",
    makesItems: () => true,
    identify: () => ({ items: [], mixed: false }),
    verify: () => true,
    examine: () => ({ kind: "bad-signature" }),
  },
  legacy: upstream,
  candidate: upstream,
  twin: null,
  flags: { enabled: "E", shadow: "S", dualRun: "D", reverseShadow: "R" },
  maxBodyBytes: 1024,
  shadow: { concurrency: 1, queueItems: 1, queueBytes: 1, breaker: { failures: 1, openMs: 1 } },
  fallback: "never",
  handshake: "legacy",
  preserveHost: false,
  legacyHeaders: false,
  compare: { headers: [] },
};
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

/** A delivery that no flag could mirror, whose signature is told by `verify`. */
function quiet(verify: () => boolean | Promise<boolean>) {
  const ended: ItemState[] = [];
  const faults: string[] = [];
  const settled = Promise.withResolvers<ItemState>();
  const following = new Following(delivery, {
    judge: () => {
      throw new Error("Nobody is judged");
    },
    verify,
    quiet: () => true,
    call: () => undefined,
    compare: () => undefined,
    close(_, { state }) {
      ended.push(state);
      settled.resolve(state);
    },
    fault: (operation) => void faults.push(operation),
  });
  return { following, ended, faults, settled: settled.promise };
}

const notEnabled = { state: "skipped", substate: "not-enabled" };
const badSignature = { state: "skipped", substate: "bad-signature" };

describe("a delivery that is not judged", () => {
  test.each([
    [true, notEnabled],
    [false, badSignature],
  ])("settles with its answer, its signature being good: %s", (good, state) => {
    const { following, ended } = quiet(() => good);
    following.received(body, null);
    expect(ended).toEqual([]);
    following.answered(report);
    expect(ended).toEqual([state]);
  });

  test.each([
    [true, notEnabled],
    [false, badSignature],
  ])("waits for a signature that is told elsewhere, and settles once: %s", async (good, state) => {
    const told = Promise.withResolvers<boolean>();
    const { following, ended, settled } = quiet(() => told.promise);
    following.received(body, null);
    following.answered(report);
    expect(ended).toEqual([]);
    told.resolve(good);
    expect(await settled).toEqual(state);
    expect(ended).toHaveLength(1);
  });

  test("is what the flags say where its signature cannot be told, and the fault is told", async () => {
    const { following, faults, settled } = quiet(() => Promise.reject(new Error("No thread")));
    following.received(body, null);
    following.answered(report);
    expect(await settled).toEqual(notEnabled);
    expect(faults).toEqual(["verify"]);
  });

  test("is let go of at a stop, whatever is told after it", async () => {
    const told = Promise.withResolvers<boolean>();
    const { following, ended } = quiet(() => told.promise);
    following.received(body, null);
    following.answered(report);
    following.drop("shutting-down");
    told.resolve(false);
    await told.promise;
    expect(ended).toEqual([{ state: "skipped", substate: "shutting-down" }]);
  });

  test("has no signature to tell where its body was not kept", () => {
    const { following, ended, faults } = quiet(() => {
      throw new Error("Nobody asks");
    });
    following.received("body-too-large", null);
    following.answered(report);
    expect([ended, faults]).toEqual([[notEnabled], []]);
  });
});
