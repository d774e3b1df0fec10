import { describe, expect, it } from "vitest";
import { readPlan } from "../../../../cli/config/plans.ts";
import { world } from "./sample.ts";

describe("a plan that is pasted", () => {
  it("may begin with an example, which is sound", async () => {
    const { open, words } = await world();
    expect(await words("/rollouts/_new")).toContain("Begin with an example.");
    const { text } = await open("/rollouts/_new?example=1");
    const [, plan = ""] = /<textarea[^>]*>([^<]*)<\/textarea>/.exec(text) ?? [];
    expect(readPlan("example", Buffer.from(plan))).toMatchObject({ ok: true, plan: { name: "first-rollout" } });
  });

  it("is told what is wrong with it, at its place, and is not lost", async () => {
    const { send } = await world();
    const { status, text } = await send("/rollouts/_new", { plan: "a: 1\nb: 2\ncd:  <x>", do: "look" });
    expect(status).toBe(400);
    expect(text).toContain("line 3, column 5 is unknown, must be one of name, flag");
    expect(text).toMatch(/3 │ <\/span>cd: {2}&lt;x&gt;\n.*\^/);
    expect(text).toContain("a: 1\nb: 2\ncd:  &lt;x&gt;</textarea");
  });

  it("is told in sentences before it is saved, and saved once", async () => {
    const { send, orders } = await world({}, []);
    const { status, text } = await send("/rollouts/_new", { plan: "name: events", rate: "2000", do: "look" });
    expect([status, orders]).toEqual([200, []]);
    expect(text).toContain("It moves CANONICAL in 2 phases.");
    expect(text).toContain("1 shopper by name: serves 0 %");
    const save = { plan: "name: events", do: "save", once: "1" };
    expect(await send("/rollouts/_new", save)).toMatchObject({
      status: 303,
      headers: { location: "/rollouts/events" },
    });
    expect(await send("/rollouts/_new", save)).toMatchObject({ status: 303 });
    expect(orders.map(({ action }) => action)).toEqual(["create", "check"]);
  });
});
