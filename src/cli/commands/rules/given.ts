import { CommandError, WrongUse } from "../command.ts";
import type { Given, Usage } from "../usage.ts";

/** What a rule says and where, as options of the command line. */
export const ruleOptions = {
  path: { takes: "PATH", help: "as divergences show it; a segment may be *, the last one **" },
  route: { takes: "NAME", help: "of one route" },
  "item-kind": { takes: "KIND", help: "message.text, or message.* for all below" },
  where: { takes: "PLACE", help: "answer or effect" },
  ignore: { takes: null, help: "whatever differs there is noise" },
  unordered: { takes: null, help: "elements of an array belong together by what they are" },
  by: { takes: "PATH", help: "unordered, by the member that names an element, such as /id" },
  absolute: { takes: "NUMBER", help: "tolerance: numbers may differ by so much" },
  relative: { takes: "SHARE", help: "tolerance: numbers may differ by this share of legacy's" },
  ms: { takes: "N", help: "tolerance: times may differ by so many milliseconds" },
  mask: { takes: "PATTERN", help: "what the pattern (RE2) matches is not compared" },
  equivalents: { takes: "JSON", help: `what says the same: number, null, or a list such as '["a","b"]'` },
  case: { takes: null, help: "letters are the same in either case" },
  severity: { takes: "WORD", help: "critical, major or minor" },
} as const satisfies Usage["options"];

const tolerances = ["absolute", "relative", "ms"] as const;

/** Where the command line applies it and what it says; wrong where it says nothing. */
export function ruleOf(given: Given): Readonly<Record<string, unknown>> {
  const path = given.text("path");
  if (path === undefined) throw new WrongUse("--path is missing");
  const limits = tolerances.flatMap((name) => {
    const text = given.text(name);
    return text === undefined ? [] : [[name, numberOf(name, text)] as const];
  });
  const by = given.text("by");
  const mask = given.text("mask");
  const equivalents = given.text("equivalents");
  const rule = {
    path,
    route: given.text("route"),
    itemKind: given.text("item-kind"),
    where: given.text("where"),
    ignore: given.has("ignore") || undefined,
    unordered: by === undefined ? given.has("unordered") || undefined : { by },
    tolerance: limits.length === 0 ? undefined : Object.fromEntries(limits),
    mask: mask === undefined ? undefined : [mask],
    equivalents: equivalents === undefined ? undefined : [equivalentOf(equivalents)],
    case: given.has("case") || undefined,
    severity: given.text("severity"),
  };
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined));
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new WrongUse(`--${name} must be a number`);
  return value;
}

function equivalentOf(text: string): unknown {
  if (text === "number" || text === "null") return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(`--equivalents must be number, null or a JSON list, such as '["a","b"]'`);
  }
}
