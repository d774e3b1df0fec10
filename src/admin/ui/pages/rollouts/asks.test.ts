import { describe, expect, it } from "vitest";
import type { Checkpoint, Order } from "../../../../rollout/index.ts";
import { checkpoint } from "../../../calls/sample.ts";
import { signedIn, world } from "./sample.ts";

/** What may be asked of one that runs by who operates, in the order it is offered. */
const operating = ["checkpoint", "pause", "rollback", "advance", "acknowledge", "drill", "note", "abort"];

/** Asks for an approval. */
const asking: Checkpoint = {
  ...checkpoint,
  gates: [],
  status: "PASS",
  conclusion: "ask-approval",
  why: "everything else",
};

describe("an order on the page", () => {
  it("is carried out once for each form, however often it is sent", async () => {
    const { send, orders } = await world();
    const fields = { once: "one", text: "looks good" };
    const first = await send("/rollouts/events/note", fields);
    expect(first).toMatchObject({ status: 303, headers: { location: "/rollouts/events" } });
    expect(await send("/rollouts/events/note", fields)).toMatchObject({ status: 303 });
    expect(orders).toEqual([{ action: "note", rollout: "events", by: "dashboard:loopback", text: "looks good" }]);
    expect(await send("/rollouts/events/note", { ...fields, text: "another" })).toMatchObject({ status: 409 });
    expect(orders).toHaveLength(1);
  });

  it.each<readonly [string, Record<string, string>, Partial<Order>]>([
    ["pause", { reason: "lunch" }, { action: "pause", reason: "lunch" }],
    ["rollback", { reason: "bad", to: "off" }, { action: "rollback", to: "off", reason: "bad" }],
    ["rollback", { reason: "bad", to: "" }, { action: "rollback", to: null }],
    [
      "acknowledge",
      { gate: "errors", reason: "known", until: "24h" },
      { action: "acknowledge", gate: "errors", why: "known", until: "24h" },
    ],
    [
      "tick",
      { precheck: "load-test", evidence: "run 4" },
      { action: "tick", precheck: "load-test", evidence: "run 4" },
    ],
    ["resume", { reason: "seen" }, { action: "resume", reason: "seen" }],
    ["abort", { reason: "no" }, { action: "abort", reason: "no" }],
    ["start", { sure: "yes", reason: "all green" }, { action: "start", breakGlass: null }],
    ["start", { sure: "yes", reason: "we know", break_glass: "yes" }, { action: "start", breakGlass: "we know" }],
    [
      "advance",
      { sure: "yes", to: "five", reason: "we know", break_glass: "yes" },
      { action: "advance", to: "five", breakGlass: "we know" },
    ],
    ["complete", { lessons: "test more" }, { action: "complete", lessons: "test more", breakGlass: null }],
  ])("asks for %s with %j", async (ask, fields, order) => {
    const { send, orders } = await world();
    expect(await send(`/rollouts/events/${ask}`, { once: "x", ...fields })).toMatchObject({ status: 303 });
    expect(orders).toMatchObject([order]);
  });

  it("that changes who is served is asked as such", async () => {
    const { open, send, orders } = await world();
    const { text } = await open("/rollouts/events/advance");
    expect(text).toContain("phase list: legacy answers everybody");
    expect(text).toContain("phase five: the candidate answers 5 % of shoppers");
    const { status, text: again } = await send("/rollouts/events/advance", { reason: "because" });
    expect([status, orders]).toEqual([400, []]);
    expect(again).toContain("Tick the box: this changes who is served");
    expect(again).toContain('value="because"');
  });

  it("breaks the glass only where that is ticked, with a reason", async () => {
    const { send, orders } = await world();
    const { status, text } = await send("/rollouts/events/start", { sure: "yes", break_glass: "yes" });
    expect([status, orders]).toEqual([400, []]);
    expect(text).toContain("given with break_glass: the audit keeps it");
  });

  it("that is refused says why, and keeps what was typed", async () => {
    const { send } = await world({ act: async () => ({ kind: "refused", why: "cannot pause: it is night" }) });
    const { status, text } = await send("/rollouts/events/pause", { reason: "typed before" });
    expect(status).toBe(409);
    expect(text).toContain("Cannot pause: it is night");
    expect(text).toContain("typed before");
  });

  it("may be a look now, under a name", async () => {
    const names: unknown[] = [];
    const { send } = await world({
      async checkpoint(_, name) {
        names.push(name);
        return checkpoint;
      },
    });
    expect(await send("/rollouts/events/checkpoint", { name: "T+2h" })).toMatchObject({ status: 303 });
    expect(await send("/rollouts/events/checkpoint", { name: "" })).toMatchObject({ status: 303 });
    expect(await send("/rollouts/events/checkpoint", { name: "<b>" })).toMatchObject({ status: 400 });
    expect(names).toEqual(["T+2h", undefined]);
  });

  it("may be a drill, which says how long it took", async () => {
    const { send, words } = await world({ drill: async () => ({ kind: "done", seconds: 0.4, instances: 3 }) });
    expect(await send("/rollouts/events/drill", { sure: "yes" })).toMatchObject({ status: 303 });
    expect(await words("/rollouts/events")).toContain("Everybody was on legacy after 0.4 s, on 3 instances");
  });

  it("is offered to whom it is for, and refused to others", async () => {
    const asks = { checkpoints: async () => [asking] };
    const offered = async (name: string): Promise<readonly string[]> => {
      const { open } = await signedIn(name, asks);
      const { text } = await open("/rollouts/events");
      return [...text.matchAll(/href="\/rollouts\/events\/(\w+)" data-ask/g)].map(([, ask = ""]) => ask);
    };
    expect(await offered("eva")).toEqual([]);
    expect(await offered("rui")).toEqual(["approve", "reject"]);
    expect(await offered("ana")).toEqual(operating);
    const [reader, operator, approver] = [
      await signedIn("eva"),
      await signedIn("ana", asks),
      await signedIn("rui", asks),
    ];
    expect(await reader.send("/rollouts/events/pause", { reason: "x" })).toMatchObject({ status: 403 });
    expect(await reader.open("/rollouts/events/pause")).toMatchObject({ status: 403 });
    expect(await operator.send("/rollouts/events/approve", {})).toMatchObject({ status: 403 });
    expect(await approver.send("/rollouts/events/rollback", { reason: "x" })).toMatchObject({ status: 403 });
    expect(await approver.send("/rollouts/events/approve", {})).toMatchObject({ status: 303 });
    expect([reader.orders, operator.orders, approver.orders.map(({ action, by }) => [action, by])]).toEqual([
      [],
      [],
      [["approve", "dashboard:rui"]],
    ]);
  });
});
