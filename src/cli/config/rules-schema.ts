import { z } from "zod";

import { wrongPattern } from "../../compare/index.ts";
import type { RuleAction } from "../../model/index.ts";
import { date, listOf, options, placePath, routeName, ruleId, ruleKind, sentence, word } from "./fields.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

const distance = z.number("a number above 0").positive("a number above 0");

const tolerance = options({
  absolute: distance.nullable().default(null),
  relative: distance.nullable().default(null),
  ms: distance
    .max(366 * DAY_MS, "a number of milliseconds, at most a year")
    .nullable()
    .default(null),
}).refine((given) => Object.values(given).some((one) => one !== null), "a map with absolute, relative or ms");

export const pattern = z.string("an RE2 pattern").superRefine((text, context) => {
  const mustBe = wrongPattern(text);
  if (mustBe !== null) context.addIssue(mustBe);
});

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], "a text, a number, true, false or null");

const EQUIVALENT = '"number", "null" or a list of at least two values';

/** yaml reads a bare null as no value. */
const equivalent = z.union(
  [
    z.literal("number"),
    z.literal("null"),
    z.null().transform(() => "null" as const),
    z.array(scalar, EQUIVALENT).min(2, EQUIVALENT),
  ],
  EQUIVALENT,
);

const unordered = z.union(
  [z.literal(true), options({ by: placePath })],
  "true, or a map with by: the member that names an element, such as /id",
);

/** What a rule may say: one of these. */
const actions = {
  ignore: z.literal(true, "true").optional(),
  unordered: unordered.optional(),
  tolerance: tolerance.optional(),
  mask: listOf(pattern).min(1, "a list of at least one pattern").optional(),
  equivalents: listOf(equivalent).min(1, "a list of at least one equivalent").optional(),
  case: z.literal(true, "true").optional(),
  severity: word(["critical", "major", "minor"]).optional(),
};

const names = Object.keys(actions).join(", ");

export const ruleSchema = options({
  id: ruleId,
  route: routeName.nullable().default(null),
  itemKind: ruleKind.nullable().default(null),
  where: word(["answer", "effect"]).nullable().default(null),
  path: placePath,
  ...actions,
  owner: sentence.min(1, "a name"),
  reason: sentence.min(1, "one line of at most 500 characters"),
  expires: z.union([z.literal("never").transform(() => null), date], '"never", or a date such as 2027-01-31'),
}).superRefine((rule, context) => {
  if (actionsOf(rule).length !== 1) context.addIssue(`a rule that says one of ${names}`);
});

type RuleOptions = Partial<z.output<z.ZodObject<typeof actions>>>;

/** What a rule of the file says; a sound one says one thing. */
export function actionsOf(rule: RuleOptions): readonly RuleAction[] {
  const { ignore, unordered: order, tolerance: limits, mask, equivalents, case: anyCase, severity } = rule;
  const said: RuleAction[] = [];
  if (ignore !== undefined) said.push({ kind: "ignore" });
  if (order !== undefined) said.push({ kind: "unordered", by: order === true ? null : order.by });
  if (limits !== undefined) said.push({ kind: "tolerance", ...limits });
  if (mask !== undefined) said.push({ kind: "mask", patterns: mask });
  if (equivalents !== undefined) {
    said.push({ kind: "equivalents", values: equivalents });
  }
  if (anyCase !== undefined) said.push({ kind: "case" });
  if (severity !== undefined) said.push({ kind: "severity", severity });
  return said;
}
