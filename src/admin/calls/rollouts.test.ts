import { describe, expect, it } from "vitest";
import type { ActAnswer } from "../../rollout/index.ts";
import { sampleToken, startForTest, type AskedJson } from "../sample.ts";
import { at, checkpoint, progress, rollout, sampleRollouts as deps } from "./sample.ts";

const path = "/api/rollouts/events";
const action = (name: string, body: unknown = {}, headers: AskedJson["headers"] = {}) =>
  [`${path}/actions/${name}`, { body, headers }] as const;

describe("rollouts", () => {
  it("are listed with where they stand, nobody's number in it", async () => {
    const { json } = await startForTest({ rollouts: deps().rollouts });
    const { value } = await json("/api/rollouts");
    expect(value).toMatchObject({
      leader: "one",
      unreadable: [],
      rollouts: [
        { id: "events", flag: "CANONICAL", status: "running", phase: "list", serve: 0, since: at, version: 7 },
      ],
    });
    expect(JSON.stringify(value)).not.toContain("15550100001");
  });

  it("are written from a plan under its name, and under another once one of that name has begun", async () => {
    const { rollouts, orders } = deps();
    const { json, ask } = await startForTest({ rollouts });
    const { status, text } = await ask("/api/rollouts", { method: "POST", body: "name: events" });
    expect({ status, value: JSON.parse(text) }).toMatchObject({ status: 201, value: { rollout: "events-2" } });
    expect(orders).toMatchObject([
      { action: "create", rollout: "events-2", by: "anonymous:loopback", plan: { name: "events" } },
      { action: "check", rollout: "events-2" },
    ]);
    const draft = deps({}, [rollout({ status: { name: "pending" } })]);
    const other = await startForTest({ rollouts: draft.rollouts });
    await other.ask("/api/rollouts", { method: "POST", body: "name: events" });
    expect(draft.orders[0]).toMatchObject({ rollout: "events" });
    expect(await json("/api/rollouts", { body: { any: 1 } })).toMatchObject({
      status: 400,
      value: { problems: [{ where: "line 3, column 5" }] },
    });
  });
});

describe("a rollout", () => {
  it("says why it waits, how long still, what is missing and who has approved", async () => {
    const { json } = await startForTest({ rollouts: deps().rollouts });
    const { value } = await json(path);
    expect(value).toMatchObject({
      status: "running",
      current: { name: "list", index: 0, of: 2, allowlist_count: 1 },
      why: "errors needs 3770 more pairs",
      conclusion: "hold",
      time: { running: 600_000, left: 3_000_000, due_in: 6_600_000 },
      missing_pairs: 3770,
      gates: [{ gate: "errors", verdict: "INCONCLUSIVE" }],
      approval: { count: 2, given: 1, missing: 1, names: ["bob", "eve"], not: ["anna"] },
      without: null,
    });
    expect(JSON.stringify(value)).not.toContain("15550100001");
  });

  it("says at once what a gate did that somebody has to take back, not from the next checkpoint on", async () => {
    const begun = { checkpoints: async () => [] };
    const told = async (changes: Parameters<typeof rollout>[0]): Promise<unknown> => {
      const { json } = await startForTest({ rollouts: deps(begun, [rollout(changes)]).rollouts });
      return (await json(path)).value;
    };
    expect(await told({ shed: { at, reason: "legacy is slow" } })).toMatchObject({
      why: "nobody is compared until somebody resumes it: legacy is slow",
    });
    expect(await told({ lowered: { at, from: "five", reason: "p95" } })).toMatchObject({
      why: "lowered from five until somebody resumes it: p95",
    });
    expect(await told({})).toMatchObject({ why: null });
  });

  it("takes nothing from a stay in a phase that is over", async () => {
    const { rollouts } = deps({ progress: async () => ({ ...progress, visit: 2 }) }, [rollout({ visit: 4 })]);
    const { json } = await startForTest({ rollouts });
    expect((await json(path)).value).toMatchObject({
      why: null,
      gates: [],
      missing_pairs: null,
      time: { running: 0, left: 3_600_000 },
      approval: { given: 0 },
    });
  });

  it("is told without what the store keeps of it where that is away", async () => {
    const { rollouts } = deps({
      progress: async () => {
        throw new Error("the store is not up");
      },
    });
    const { json } = await startForTest({ rollouts });
    expect((await json(path)).value).toMatchObject({ status: "running", why: null, without: "the store is not up" });
    expect(await json(`${path}/groups`)).toMatchObject({ status: 503 });
  });

  it("that nobody knows is 404, that nobody can read 409", async () => {
    const { json } = await startForTest({ rollouts: deps({ unreadable: () => ["old"] }).rollouts });
    expect(await json("/api/rollouts/none")).toMatchObject({ status: 404 });
    expect(await json("/api/rollouts/old")).toMatchObject({ status: 409 });
    expect(await json("/api/rollouts/none/actions/pause", { body: { reason: "x" } })).toMatchObject({ status: 404 });
  });

  it("gives its phase to the guide's call while it runs", async () => {
    const { json } = await startForTest({ rollouts: deps().rollouts });
    expect((await json("/rollout/CANONICAL")).value).toMatchObject({ phase: "list" });
    const over = deps({}, [rollout({ status: { name: "aborted", since: at, by: "x", reason: "y" } })]);
    const other = await startForTest({ rollouts: over.rollouts });
    expect((await other.json("/rollout/CANONICAL")).value).toMatchObject({ phase: "disabled" });
  });
});

describe("checkpoints", () => {
  it("are told newest first, in the shape of the guide, and made on demand by name", async () => {
    const { json } = await startForTest({ rollouts: deps().rollouts });
    expect((await json(`${path}/checkpoints?limit=1`)).value).toEqual({ checkpoints: [checkpoint] });
    expect(await json(`${path}/checkpoints?name=T%2B2h`, { body: {} })).toMatchObject({
      status: 200,
      value: { name: "T+2h", determinism: "PASS", alerts: [{ message: "rollout=1%, expected=0%" }] },
    });
    expect(await json(`${path}/checkpoints?name=%0a`, { body: {} })).toMatchObject({ status: 400 });
    expect(await json(`${path}/checkpoints?limit=0`)).toMatchObject({ status: 400 });
  });
});

describe("an action", () => {
  it.each<[string, object, object]>([
    ["start", {}, { action: "start", breakGlass: null }],
    ["start", { break_glass: true, reason: "drilled by hand" }, { breakGlass: "drilled by hand" }],
    ["pause", { reason: "lunch" }, { reason: "lunch" }],
    ["resume", {}, { action: "resume" }],
    ["advance", {}, { to: null, breakGlass: null }],
    ["advance", { to: "five", break_glass: true, reason: "late" }, { to: "five", breakGlass: "late" }],
    ["advance", { to: "five", reason: "no load yet" }, { to: "five", breakGlass: null, reason: "no load yet" }],
    ["approve", {}, { action: "approve" }],
    ["approve", { reason: "seen" }, { reason: "seen" }],
    ["reject", { reason: "no" }, { reason: "no" }],
    [
      "acknowledge",
      { gate: "drift", reason: "on purpose", until: "2026-02-01" },
      { gate: "drift", why: "on purpose", until: "2026-02-01T00:00:00.000Z" },
    ],
    ["acknowledge", { gate: "drift", reason: "on purpose", until: "24h" }, { until: "24h" }],
    ["rollback", { reason: "bad" }, { to: null, reason: "bad" }],
    ["rollback", { reason: "bad", to: "off" }, { to: "off" }],
    ["rollback", { reason: "bad", to: "list" }, { to: { phase: "list" } }],
    ["abort", { reason: "over" }, { reason: "over" }],
    ["complete", { lessons: "pairs help" }, { lessons: "pairs help" }],
    ["note", { text: "T+2h" }, { text: "T+2h" }],
    ["tick", { precheck: "load-test", evidence: "run 5" }, { precheck: "load-test", evidence: "run 5" }],
  ])("%s %j", async (name, body, order) => {
    const { rollouts, orders } = deps();
    const { json } = await startForTest({ rollouts });
    const { status, value } = await json(...action(name, body));
    expect({ status, value }).toMatchObject({
      status: 200,
      value: { rollout: "events", unchanged: false, before: { status: "running" }, after: { status: "running" } },
    });
    expect(orders).toMatchObject([{ ...order, rollout: "events", by: "anonymous:loopback" }]);
  });

  it.each<[string, object, string]>([
    ["pause", {}, "reason"],
    ["rollback", { reason: " " }, "reason"],
    ["abort", {}, "reason"],
    ["reject", {}, "reason"],
    ["complete", {}, "lessons"],
    ["start", { break_glass: true }, "reason"],
    ["advance", { break_glass: true, reason: "" }, "reason"],
    ["advance", { to: "five" }, "reason"],
    ["acknowledge", { reason: "x", until: "2026-02-01" }, "gate"],
    ["acknowledge", { gate: "x", reason: "x" }, "until"],
    ["acknowledge", { gate: "x", reason: "x", until: "soon" }, "until"],
    ["tick", { precheck: "x" }, "evidence"],
    ["note", {}, "text"],
    ["pause", { reason: "x".repeat(1001) }, "reason"],
    ["pause", { reason: "x", force: true }, "force"],
  ])("%s without what it needs is refused: %j", async (name, body, where) => {
    const { rollouts, orders } = deps();
    const { json } = await startForTest({ rollouts });
    expect(await json(...action(name, body))).toMatchObject({ status: 400, value: { problems: [{ where }] } });
    expect(orders).toEqual([]);
  });

  it("needs no body where it takes nothing, and is one of those that there are", async () => {
    const { ask } = await startForTest({ rollouts: deps().rollouts });
    expect(await ask(`${path}/actions/approve`, { method: "POST" })).toMatchObject({ status: 200 });
    expect(await ask(`${path}/actions/jump`, { method: "POST" })).toMatchObject({ status: 404 });
  });

  it("that is refused is 409, that could not be written 503, each with why", async () => {
    const answers: ActAnswer[] = [
      { kind: "refused", why: "the rollout is over" },
      { kind: "failed", why: "the store is not up" },
      { kind: "unchanged", what: "unchanged" },
    ];
    const { rollouts } = deps({ act: async () => answers.shift() ?? { kind: "done", what: "" } });
    const { json } = await startForTest({ rollouts });
    expect(await json(...action("approve"))).toMatchObject({ status: 409, value: { detail: "The rollout is over" } });
    expect(await json(...action("approve"))).toMatchObject({ status: 503, value: { detail: "The store is not up" } });
    expect(await json(...action("approve"))).toMatchObject({ status: 200, value: { unchanged: true } });
  });

  it("with a key is carried out once, whoever asks again gets what was answered", async () => {
    const { rollouts, orders } = deps();
    const admins = [await startForTest({ rollouts }), await startForTest({ rollouts })] as const;
    const key = { "idempotency-key": "k1" };
    const [first, again] = await Promise.all([
      admins[0].json(...action("advance", {}, key)),
      admins[0].json(...action("advance", {}, key)),
    ]);
    expect(again.value).toEqual(first.value);
    const elsewhere = await admins[1].json(...action("advance", {}, key));
    expect([elsewhere.value, elsewhere.headers["idempotency-replayed"]]).toEqual([first.value, "true"]);
    expect(orders.length).toBe(1);
    expect(await admins[1].json(...action("advance", { to: "five", reason: "x" }, key))).toMatchObject({ status: 409 });
    await admins[1].json(...action("advance", {}, { "idempotency-key": "k2" }));
    await admins[1].json(...action("advance"));
    expect(orders.length).toBe(3);
    expect(await admins[1].json(...action("advance", {}, { "idempotency-key": "a b" }))).toMatchObject({ status: 400 });
  });

  it("with a key that was not done may be tried again", async () => {
    const answers: ActAnswer[] = [{ kind: "failed", why: "the store is not up" }];
    const { rollouts } = deps({ act: async () => answers.shift() ?? { kind: "done", what: "" } });
    const { json } = await startForTest({ rollouts });
    const asked = action("advance", {}, { "idempotency-key": "k1" });
    expect(await json(...asked)).toMatchObject({ status: 503 });
    expect(await json(...asked)).toMatchObject({ status: 200 });
  });

  it("takes the role of its kind", async () => {
    const tokens = [sampleToken("op", ["operate"]), sampleToken("boss", ["approve"]), sampleToken("eye", ["read"])];
    const { rollouts, orders } = deps();
    const { json } = await startForTest({ rollouts, access: { tokens, hosts: [] } });
    const as = async (token: string, name: string) =>
      (await json(...action(name, { reason: "x" }, { authorization: `Bearer ${token}` }))).status;
    expect([await as("op", "approve"), await as("boss", "approve"), await as("boss", "reject")]).toEqual([
      403, 200, 200,
    ]);
    expect([await as("boss", "rollback"), await as("op", "rollback"), await as("eye", "pause")]).toEqual([
      403, 200, 403,
    ]);
    expect(orders.map(({ by }) => by)).toEqual(["token:boss", "token:boss", "token:op"]);
  });

  it("of a drill says how long it took", async () => {
    const { rollouts } = deps({ drill: async () => ({ kind: "done", seconds: 0.4, instances: 2 }) });
    const { json } = await startForTest({ rollouts });
    expect(await json(...action("drill"))).toMatchObject({ status: 200, value: { seconds: 0.4, instances: 2 } });
    const busy = await startForTest({
      rollouts: deps({ drill: async () => ({ kind: "refused", why: "no" }) }).rollouts,
    });
    expect(await busy.json(...action("drill"))).toMatchObject({ status: 409 });
  });
});
