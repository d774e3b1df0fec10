import { describe, expect, test } from "vitest";
import { text } from "../../../compare/effects/sample.ts";
import { createRules, type RecordedCall } from "../../../effects/index.ts";
import { createSnapshot } from "../../../flags/index.ts";
import type { SidePart } from "../../../mirror/index.ts";
import type { CallFacts, Effect } from "../../../model/index.ts";
import type { Delivery } from "../../../proxy/index.ts";
import { load } from "../../config/sample.ts";
import { createCallFacts, egressCallsOf, loneCallOf, requestOf } from "./call-facts.ts";
import { routeOf } from "./routes.ts";

const { routes, egress } = load({
  SOMBRA_LEGACY_URL: "http://legacy.test",
  SOMBRA_CANDIDATE_URL: "http://candidate.test",
  SOMBRA_GRAPH_URL: "https://graph.test:8443/base",
});
const [config] = routes;
if (config === undefined) throw new Error("There is always a route");

const traceId = "b".repeat(32);
const delivery: Delivery = {
  exchange: "a".repeat(24),
  route: routeOf(config, { legacy: [], candidate: [] }),
  head: { method: "POST", target: "/", rawHeaders: [] },
  makesItems: true,
  chunked: false,
  receivedMs: 1_000,
  receivedAt: 1_790_000_000_000,
  trace: { traceId, spanId: "c".repeat(16), parentSpanId: null, tracestate: null, sampled: true },
  snapshot: createSnapshot({ version: 3, killed: false, source: "code", forceOff: [], flags: [], routes: [] }),
};

describe("what a trace shows of a call", () => {
  const rules = createRules([
    {
      match: { upstream: "crm", method: null, path: "/contacts/*" },
      classify: "write",
      answer: null,
      fault: null,
      release: false,
    },
  ]);
  const factsOf = createCallFacts({ upstreams: egress.upstreams, rules });
  const call: RecordedCall = {
    side: "legacy",
    upstream: "graph",
    method: "POST",
    target: "/v23.0/104452097716532/messages?access_token=secret",
    contentType: null,
    body: null,
    bodyBytes: 0,
    digest: null,
    status: 200,
    answerHeaders: [],
    answer: null,
    startMs: 5,
    endMs: 12.5,
    disposition: "released",
    traceId,
    parentSpanId: "d".repeat(16),
    sampled: true,
    exchange: null,
    release() {},
  };

  test("is where it went, how long it took and what for, and whom it was about never", () => {
    expect(factsOf(call)).toEqual({
      upstream: "graph",
      method: "POST",
      path: "/v23.0/{id}/messages",
      server: { address: "graph.test", port: 8443 },
      status: 200,
      durationMs: 7.5,
      parentSpanId: "d".repeat(16),
      sampled: true,
    });
  });

  test("is no server for a call that went nowhere, and no path of an API that no rule tells of", () => {
    const crm = { ...call, upstream: "crm", target: "/contacts/447700900123?x=1" };
    expect(factsOf({ ...crm, disposition: "held" })).toMatchObject({ server: null, path: "/contacts/*" });
    expect(factsOf({ ...crm, target: "/people/maria" })).toMatchObject({ server: null, path: null });
    const file = { ...call, upstream: "lookaside", target: "/whatsapp_business/attachments/?mid=447700900123" };
    expect(factsOf(file)).toMatchObject({ path: "/whatsapp_business/attachments", server: { port: 443 } });
  });
});

const facts: CallFacts = {
  upstream: "graph",
  method: "POST",
  path: "/{id}/messages",
  server: null,
  status: 200,
  durationMs: 3,
  parentSpanId: null,
  sampled: false,
};
const effect = (more: Partial<Effect> = {}, some: Partial<CallFacts> = {}): Effect =>
  text("Olá", { traceId: null, atMs: delivery.receivedAt + 20, call: { ...facts, ...some }, ...more });

describe("the calls of an exchange", () => {
  const part: SidePart = {
    side: "legacy",
    errand: null,
    spanId: "e".repeat(16),
    startMs: 1_002,
    endMs: 1_010,
    outcome: { kind: "failed", failure: "reset", latencyMs: 1, waitedMs: 0 },
  };
  const over = (...legacy: readonly Effect[]) =>
    egressCallsOf({ delivery, parts: [part], effects: [{ legacy, candidate: [], twin: [] }] });

  test("hang on the span they were made in, on that of their side's call, or on the delivery's", () => {
    const own = { parentSpanId: "f".repeat(16) };
    const candidates = egressCallsOf({
      delivery,
      parts: [part],
      effects: [{ legacy: [], candidate: [effect({ side: "candidate" })], twin: [] }],
    });
    const calls = over(effect({ traceId }, own), effect({ traceId: "9".repeat(32) }, own), effect());
    expect([...calls, ...candidates].map(({ parentSpanId }) => parentSpanId)).toEqual([
      "f".repeat(16),
      "e".repeat(16),
      "e".repeat(16),
      "c".repeat(16),
    ]);
  });

  test("are those of a twin beside both sides too", () => {
    const spanId = "d".repeat(16);
    const calls = egressCallsOf({
      delivery,
      parts: [part, { ...part, side: "twin", spanId }],
      effects: [{ legacy: [effect()], candidate: [], twin: [effect({ side: "twin", disposition: "held" })] }],
    });
    const shown = calls.map(({ side, parentSpanId, disposition }) => [side, parentSpanId, disposition]);
    expect(shown).toEqual([
      ["legacy", part.spanId, "released"],
      ["twin", spanId, "held"],
    ]);
  });

  test("begin after their side was called, whatever another clock says", () => {
    expect(over(effect()).map(({ startMs, endMs }) => [startMs, endMs])).toEqual([[20, 23]]);
    const early = effect({ atMs: delivery.receivedAt - 500 });
    expect(over(early).map(({ startMs, endMs }) => [startMs, endMs])).toEqual([[2, 5]]);
  });

  test("are the first fifty, in their order, and nothing that was declared", () => {
    const { call: _, ...declared } = effect();
    const many = Array.from({ length: 60 }, (_each, i) => effect({ atMs: delivery.receivedAt + 100 - i }));
    const calls = over(declared, ...many);
    expect(calls).toHaveLength(50);
    expect([calls[0]?.startMs, calls[49]?.startMs]).toEqual([41, 90]);
  });
});

test("a call of no exchange hangs on its own trace, where that is recorded", () => {
  const traced = { parentSpanId: "f".repeat(16), sampled: true };
  expect(loneCallOf(effect({ traceId }, traced))).toMatchObject({
    traceId,
    receivedAt: delivery.receivedAt + 20,
    call: { side: "legacy", kind: "send.text", startMs: 0, endMs: 3, parentSpanId: "f".repeat(16) },
  });
  const { call: _, ...declared } = effect({ traceId });
  const without = [
    effect({ traceId }, { ...traced, sampled: false }),
    effect({}, traced),
    effect({ traceId }),
    declared,
  ];
  expect(without.map(loneCallOf)).toEqual([null, null, null, null]);
});

describe("what a trace shows of a request", () => {
  const at = (path: string, target: string) =>
    requestOf({
      ...delivery,
      protocolVersion: "1.1",
      route: { ...delivery.route, path },
      head: { ...delivery.head, target },
    }).request;

  test.each([
    ["/", "/", "/"],
    ["/", "/chat/447700900123?to=447700900456", "/{rest}"],
    ["/hook", "/hook?from=447700900123", "/hook"],
    ["/hook", "/hook/447700900123", "/hook/{rest}"],
    ["/hook", "http://447700900123.test/hook", "/hook/{rest}"],
  ])("on the route %s of %s is %s: nothing that follows the route's path", (path, target, shown) => {
    expect(at(path, target)).toEqual({ route: path, path: shown, protocolVersion: "1.1" });
  });

  test("is nothing where it came over no connection", () => {
    expect(requestOf(delivery)).toEqual({});
  });
});
