import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ShopperTable, compileFlag, decide, unsetFlag, withLists, type Flag } from "../../src/flags/index.ts";
import { murmur3 } from "../../src/lib/murmur3.ts";

/**
 * Unleash's client specification, of which the cases without constraints are here, beside the repository. A feature is on
 * where it is enabled and one of its strategies is; each strategy is a flag of ours, and who it is decided for depends on
 * its stickiness. Unleash puts shoppers into one of a hundred buckets from 1, by another number of the same hash: the
 * adapter asks that number and lets the flag's lists decide.
 */
const folder = new URL("../../../shared/conformance/unleash-client-specification/", import.meta.url);

const Context = z.object({
  userId: z.string().optional(),
  sessionId: z.string().optional(),
  properties: z.record(z.string(), z.string()).default({}),
});

const Strategy = z.object({
  name: z.enum(["default", "userWithId", "gradualRolloutUserId", "gradualRolloutSessionId", "flexibleRollout"]),
  parameters: z.record(z.string(), z.string()).default({}),
  constraints: z.array(z.never()).default([]),
});

const Specification = z.object({
  name: z.string(),
  state: z.object({
    features: z.array(z.object({ name: z.string(), enabled: z.boolean(), strategies: z.array(Strategy) })),
  }),
  tests: z.array(
    z.object({ description: z.string(), context: Context, toggleName: z.string(), expectedResult: z.boolean() }),
  ),
});

type Specification = z.infer<typeof Specification>;
type Context = z.infer<typeof Context>;

/** Ours, and the shopper that it is asked for. */
interface Asked {
  readonly flag: Partial<Flag>;
  readonly shopper: string | null;
}

function asked({ name, parameters }: z.infer<typeof Strategy>, context: Context): Asked {
  const { groupId = "" } = parameters;
  switch (name) {
    case "default":
      return { flag: { enabled: true }, shopper: null };
    case "userWithId":
      return {
        flag: { allowlist: (parameters.userIds ?? "").split(",").map((id) => id.trim()) },
        shopper: context.userId ?? null,
      };
    case "gradualRolloutUserId":
      return rollout(groupId, parameters.percentage, context.userId);
    case "gradualRolloutSessionId":
      return rollout(groupId, parameters.percentage, context.sessionId);
    case "flexibleRollout":
      return flexible(groupId, parameters, context);
  }
}

function flexible(
  groupId: string,
  { rollout: percent, stickiness = "default" }: Readonly<Record<string, string>>,
  context: Context,
): Asked {
  const { userId, sessionId, properties } = context;
  const named: Readonly<Record<string, string | undefined>> = { ...properties, userId, sessionId };
  // By default whoever it is: with nobody known, anybody, here always the same one.
  return rollout(groupId, percent, stickiness === "default" ? (userId ?? sessionId ?? "anybody") : named[stickiness]);
}

/** Those of the first `percent` of Unleash's buckets are let in by name. */
function rollout(groupId: string, percent: string | undefined, shopper: string | undefined): Asked {
  if (shopper === undefined) return { flag: { allowlist: [] }, shopper: null };
  const isIn = (murmur3(`${groupId}:${shopper}`, 0) % 100) + 1 <= Number(percent);
  return { flag: { percent: 0, forceOn: isIn ? [shopper] : [] }, shopper };
}

function isOn({ flag: changes, shopper }: Asked): boolean {
  const definition = {
    key: "FEATURE",
    description: "",
    env: null,
    default: false,
    salt: null,
    bucketing: "murmur3",
  } as const;
  const flag = withLists({ ...unsetFlag(definition, "test"), ...changes }, (members) => ShopperTable.of(members));
  return decide(compileFlag(flag, "code"), shopper, "FEATURE").value;
}

function isEnabled({ state }: Specification, toggle: string, context: Context): boolean {
  const feature = state.features.find(({ name }) => name === toggle);
  if (feature?.enabled !== true) return false;
  return feature.strategies.length === 0 || feature.strategies.some((strategy) => isOn(asked(strategy, context)));
}

describe.skipIf(!existsSync(folder))("Unleash's client specification", () => {
  const specifications = (): readonly Specification[] =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".json"))
      .map((file) => Specification.parse(JSON.parse(readFileSync(new URL(file, folder), "utf8"))));

  test("all of its 39 cases are decided as it says", () => {
    const cases = specifications().flatMap((specification) =>
      specification.tests.map(({ description, toggleName, context, expectedResult }) => ({
        description,
        is: isEnabled(specification, toggleName, context),
        expected: expectedResult,
      })),
    );
    expect(cases).toHaveLength(39);
    expect(cases.filter(({ is, expected }) => is !== expected)).toEqual([]);
    expect(new Set(cases.map(({ expected }) => expected)).size).toBe(2);
  });
});
