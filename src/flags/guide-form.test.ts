import { describe, expect, test } from "vitest";
import type { Edit } from "./edit.ts";
import { parseGuideForm } from "./guide-form.ts";
import { describeProblem } from "./problem.ts";
import { ROUTE } from "./sample.ts";

const ALIASES: ReadonlyMap<string, string> = new Map([["business-events", ROUTE.enabled]]);
const context = { routes: [ROUTE], keyOf: (name: string) => ALIASES.get(name) ?? name };

function edits(form: unknown, routes = context.routes): readonly Edit[] {
  const parsed = parseGuideForm(form, { ...context, routes });
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join("; "));
  return parsed.edits;
}

function problems(form: unknown): readonly string[] {
  const parsed = parseGuideForm(form, context);
  return parsed.ok ? [] : parsed.problems.map(describeProblem);
}

const patch = (key: string, fields: Extract<Edit, { kind: "patch" }>["fields"]): Edit => ({
  kind: "patch",
  key,
  fields,
});

describe("a form of the guide", () => {
  test("is a patch: what is absent keeps its value", () => {
    expect(edits({ name: ROUTE.enabled, percent_rollout: 5 })).toEqual([patch(ROUTE.enabled, { percent: 5 })]);
    expect(edits({ name: ROUTE.enabled })).toEqual([patch(ROUTE.enabled, {})]);
  });

  test("has every field under its own name", () => {
    const form = { name: "A", enabled: true, allowlist: ["alice"], denylist: [], percent_rollout: null, active: true };
    expect(edits(form)).toEqual([patch("A", { enabled: true, allowlist: ["alice"], denylist: [], percent: null })]);
  });

  test("is about the flag that its name is an alias of", () => {
    const parsed = parseGuideForm({ name: "business-events", enabled: true, shadow_mode: true }, context);
    expect(parsed).toEqual({
      ok: true,
      key: ROUTE.enabled,
      edits: [patch(ROUTE.enabled, { enabled: true }), patch(ROUTE.shadow, { enabled: true })],
    });
  });

  test.each([true, false])("with `shadow_mode` %s sets the shadow flag of the route in the same write", (shadow) => {
    expect(edits({ name: ROUTE.enabled, enabled: true, shadow_mode: shadow })).toEqual([
      patch(ROUTE.enabled, { enabled: true }),
      patch(ROUTE.shadow, { enabled: shadow }),
    ]);
  });

  test("sets each shadow flag of the routes that its flag enables, once", () => {
    const routes = [
      ROUTE,
      ROUTE,
      { ...ROUTE, shadow: "OTHER_SHADOW" },
      { ...ROUTE, enabled: "OTHER", shadow: "NOT_THIS" },
    ];
    const keys = edits({ name: ROUTE.enabled, shadow_mode: true }, routes).map((edit) => "key" in edit && edit.key);
    expect(keys).toEqual([ROUTE.enabled, ROUTE.shadow, "OTHER_SHADOW"]);
  });

  test("with `active: false` takes the record out, and nothing else that it says counts", () => {
    const remove = [{ kind: "remove", key: ROUTE.enabled }];
    expect(edits({ name: ROUTE.enabled, active: false })).toEqual(remove);
    expect(edits({ name: ROUTE.enabled, active: false, enabled: true, shadow_mode: false })).toEqual(remove);
  });
});

describe("is refused", () => {
  test.each<[string, unknown, string]>([
    [
      "`shadow_mode` on a flag that enables no route",
      { name: ROUTE.shadow, shadow_mode: true },
      `shadow_mode must be absent, as ${ROUTE.shadow} is the \`enabled\` flag of no route: it is true`,
    ],
    [
      "`shadow_mode: false` on it too, even where the record goes",
      { name: "A", shadow_mode: false, active: false },
      "shadow_mode must be absent, as A is the `enabled` flag of no route: it is false",
    ],
    ["`shadow_mode` null", { name: ROUTE.enabled, shadow_mode: null }, "shadow_mode must be true or false: it is null"],
    ["`active` as text", { name: "A", active: "false" }, 'active must be true or false: it is "false"'],
    [
      "`percent_rollout` as text",
      { name: "A", percent_rollout: "5" },
      "percent_rollout must be a number from 0 to 100",
    ],
    [
      "a percent that goes with a removal",
      { name: "A", active: false, percent_rollout: -1 },
      "percent_rollout must be",
    ],
    ["`percent`", { name: "A", percent: 5 }, '"percent" must be absent: the fields are name, enabled, shadow_mode'],
    ["`percentage`", { name: "A", percentage: 5 }, '"percentage" must be absent: the fields are'],
    ["a blank entry", { name: "A", denylist: ["alice", ""] }, "denylist[1] must be a shopper id"],
    ["no name", { enabled: true }, "name must be 1 to 128 letters"],
    ["a name with spaces", { name: "two words" }, "name must be 1 to 128 letters"],
    ["a list", [], "body must be a JSON object: it is a list"],
    ["nothing", undefined, "body must be a JSON object: it is missing"],
  ])("%s", (_, form, text) => {
    const [problem, ...others] = problems(form);
    expect([problem?.slice(0, text.length), others]).toEqual([text, []]);
  });
});
