import { describe, expect, it } from "vitest";
import { emptyFlagState } from "./change.ts";
import type { Edit } from "./edit.ts";
import { blankDefinition } from "./flag.ts";
import { planWrite } from "./plan-write.ts";
import type { PlanContext, PlanState } from "./plan.ts";
import { previewWrite } from "./preview-write.ts";

const route = { enabled: "ON", shadow: "SHADOW", dualRun: "DUAL", reverseShadow: "BACK" };
const context: PlanContext = {
  definitions: [...Object.values(route), "OTHER"].map(blankDefinition),
  routes: [route],
  mayReverse: () => true,
  environment: [],
  version: 1,
  at: "2026-01-02T03:04:05.000Z",
  by: "token:ana",
};

function written(...edits: readonly Edit[]): PlanState {
  const plan = planWrite(emptyFlagState, edits, context);
  if (plan.kind !== "change") throw new Error(`It was not written: ${plan.kind}`);
  return plan.next;
}

function previewed(state: PlanState, ...edits: readonly Edit[]) {
  const preview = previewWrite(state, edits, context);
  if (preview.kind !== "change") throw new Error(`It would not be written: ${preview.kind}`);
  return preview;
}

const patch = (key: string, fields: Extract<Edit, { kind: "patch" }>["fields"]): Edit => ({
  kind: "patch",
  key,
  fields,
});
const nobody = { ratio: 0, named: 0 };

describe("a write that is looked at", () => {
  it("tells for which share of the shoppers, and for how many of lists, a flag turns on and off", () => {
    const state = written(patch("OTHER", { percent: 5, forceOn: ["a", "b"] }));
    const { flags, routes } = previewed(state, patch("OTHER", { percent: 25, forceOn: ["b", "c"], denylist: ["b"] }));
    expect(flags).toEqual([
      {
        key: "OTHER",
        entering: { ratio: 0.2, named: expect.any(Number) },
        leaving: { ratio: 0, named: expect.any(Number) },
      },
    ]);
    // `a` and `c` may be in the percent; `b` was on and is denied.
    expect(flags[0]?.entering.named).toBeLessThanOrEqual(1);
    expect(flags[0]?.leaving.named).toBeGreaterThanOrEqual(1);
    expect(routes).toEqual([]);
  });

  it("counts a shopper of several lists once", () => {
    const state = written(patch("OTHER", { forceOn: ["a"] }));
    const { flags } = previewed(state, patch("OTHER", { forceOn: ["a", "b"], allowlist: ["a", "b"] }));
    expect(flags).toEqual([{ key: "OTHER", entering: { ratio: 0, named: 1 }, leaving: nobody }]);
  });

  it("tells whom it cuts over, and whom it takes back, by route", () => {
    const cut = written(
      patch("ON", { percent: 5 }),
      patch("SHADOW", { enabled: false }),
      patch("DUAL", { enabled: false }),
    );
    expect(previewed(cut, patch("ON", { percent: 15, forceOn: ["x"] })).routes).toMatchObject([
      { enabled: "ON", cutOver: { ratio: expect.closeTo(0.1, 9) }, takenBack: null },
    ]);
    expect(previewed(cut, patch("ON", { percent: 1 })).routes).toMatchObject([
      { cutOver: null, takenBack: { ratio: expect.closeTo(0.04, 9) } },
    ]);
    expect(previewed(cut, { kind: "kill", key: "ON" }).routes).toMatchObject([
      { takenBack: { ratio: 0.05, named: 0 } },
    ]);
  });

  it("tells of flags that name an audience what a change of it does to them", () => {
    const state = written(
      { kind: "audience", name: "vip", members: ["a"] },
      patch("OTHER", { enabled: true, audience: "vip" }),
    );
    const { flags } = previewed(state, { kind: "audience", name: "vip", members: ["b", "c"] });
    expect(flags).toEqual([{ key: "OTHER", entering: { ratio: 0, named: 2 }, leaving: { ratio: 0, named: 1 } }]);
  });

  it("is refused for what the write would be refused for, and changes nothing", () => {
    const state = written(patch("ON", { enabled: true }));
    const edits = [patch("SHADOW", { percent: 50 }), patch("DUAL", { percent: 50 })];
    expect(previewWrite(state, [{ kind: "kill", key: "SHADOW" }], context)).toMatchObject({ kind: "refused" });
    expect(previewWrite(state, [patch("ON", { percent: 101 })], context)).toMatchObject({ kind: "invalid" });
    expect(previewWrite(state, [patch("ON", { enabled: true })], context)).toEqual({ kind: "unchanged" });
    previewed(state, ...edits);
    expect(state.flags.has("SHADOW")).toBe(false);
  });
});
