import { describe, expect, it } from "vitest";
import { simulation } from "../../../calls/sample.ts";
import { world } from "./sample.ts";

describe("a simulation", () => {
  it("shows what the plan would do, and what was asked", async () => {
    const asked: unknown[] = [];
    const { send } = await world({
      async simulate(_, given) {
        asked.push(given);
        return { kind: "done", simulation };
      },
    });
    const fields = { traffic: "2000", candidate: "errors=1%@1h", runs: "100", approve_after: "2h" };
    const { status, text } = await send("/rollouts/events/simulate", fields);
    expect(status).toBe(200);
    expect(asked).toEqual([{ traffic: "2000", candidate: "errors=1%@1h", runs: 100, seed: 1, approveAfter: "2h" }]);
    const words = text.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
    expect(words).toMatch(/Time to notice 30 min 10 min to 50 min in eight of ten; noticed in 96 of 99 runs/);
    expect(words).toMatch(/Bad answers served 12/);
    expect(words).toMatch(/False alarms 1 of 100 runs; at most 5\.45 %/);
    expect(text).toContain('aria-label="list: from 0 s to 1 h after the start"');
    expect(text).toMatch(/class="back" x="75\.00%"/);
  });

  it.each([
    [{ kind: "busy" } as const, "one at a time"],
    [{ kind: "refused", why: "no phase takes place here" } as const, "no phase takes place here"],
    [
      { kind: "wrong", problems: [{ where: "candidate", is: "ill", must: "healthy" }] } as const,
      "candidate must be healthy",
    ],
  ])("says why there is none (%j)", async (answer, said) => {
    const { send } = await world({ simulate: async () => answer });
    const fields = { traffic: "1", candidate: "kept as typed", runs: "5", approve_after: "1h" };
    const { status, text } = await send("/rollouts/events/simulate", fields);
    expect(status).toBe(409);
    expect(text).toContain(said);
    expect(text).toContain("kept as typed");
  });
});
