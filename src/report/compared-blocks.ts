import type { Group, Groups, Pairs, Quantile } from "../rollout/index.ts";
import type { Block } from "./document.ts";
import type { StayFacts } from "./facts.ts";
import { count, figure, NOTHING, quantileText, rateText } from "./words.ts";

/** Both sides in a phase, with intervals: on the same items where both had them, and of the shoppers that each side answered. */
export function comparedBlocks({ phase, compared }: StayFacts): readonly Block[] {
  const heading: Block = { kind: "heading", text: `Both sides in ${phase}` };
  if (compared === null) return [heading, { kind: "text", text: "Nothing was counted." }];
  const { pairs, candidate, legacy } = compared;
  const isServing = candidate.items > 0;
  return [
    heading,
    ...(pairs === null ? [] : pairBlocks(pairs)),
    ...(isServing || pairs === null ? cohortBlocks(compared) : legacyOnly(legacy)),
    ...outsideBlocks(compared),
    { kind: "text", text: METHODS },
  ];
}

const METHODS =
  "In brackets: intervals with 95 %, of rates Wilson's, of times by ranks, whatever the distribution; they hold for one look. " +
  "Gates decide by tests that may be looked at as often as one likes.";

function pairBlocks(pairs: Pairs): readonly Block[] {
  const { items, cells, candidate, legacy, added, divergent } = pairs;
  return [
    {
      kind: "text",
      text: `On the same items: ${count(items)} items of ${count(cells)} cells (one shopper in ten minutes each).`,
    },
    {
      kind: "table",
      columns: ["Pairs", "Candidate", "Legacy"],
      rows: [
        ["Cells in which it alone failed", rateText(pairs.candidate_failed), rateText(pairs.legacy_failed)],
        ["p50", quantileText(candidate.p50), quantileText(legacy.p50)],
        ["p95", quantileText(candidate.p95), quantileText(legacy.p95)],
        ["p99", quantileText(candidate.p99), quantileText(legacy.p99)],
      ],
    },
    {
      kind: "facts",
      facts: [
        { name: "Cells with a divergence, minor or graver", value: rateText(divergent.minor) },
        { name: "Major or critical", value: rateText(divergent.major) },
        { name: "Critical", value: rateText(divergent.critical) },
        ...(added.p50.ms === null ? [] : [{ name: "Time that the candidate takes longer", value: addedText(added) }]),
      ],
    },
  ];
}

function addedText(added: Pairs["added"]): string {
  return (["p50", "p95", "p99"] as const).map((name) => `${name} ${quantileText(added[name])}`).join(", ");
}

function cohortBlocks({ candidate, legacy, sample_ratio: ratio }: Groups): readonly Block[] {
  const both = (of: (group: Group) => string): readonly [string, string] => [of(candidate), of(legacy)];
  const names = [...new Set([...Object.keys(candidate.metrics), ...Object.keys(legacy.metrics)])];
  return [
    { kind: "text", text: "Of shoppers that each side answered:" },
    {
      kind: "table",
      columns: ["Answered by", "Candidate", "Legacy"],
      rows: [
        ["Shoppers", ...both(usersText)],
        ["Items", ...both(({ items }) => count(items))],
        ["Failed items", ...both(failedText)],
        ...(["p50", "p95", "p99"] as const).map((name) => [
          name,
          ...both((group) => quantileText(quantileIn(group, name))),
        ]),
        ...names.map((name) => [name, ...both(({ metrics }) => figureOr(metrics[name]))]),
      ],
    },
    ...(ratio === null || ratio.kind === "unknown" ? [] : [{ kind: "text", text: ratioText(ratio) } as const]),
  ];
}

/** Legacy answered everybody. */
function legacyOnly(legacy: Group): readonly Block[] {
  const said = `${usersText(legacy)} shoppers, ${count(legacy.items)} items, of which failed ${failedText(legacy)}`;
  return [{ kind: "text", text: `Legacy answered everybody: ${said}.` }];
}

function outsideBlocks({ metrics }: Groups): readonly Block[] {
  const facts = Object.entries(metrics).map(([name, value]) => ({
    name: `${name} (from outside)`,
    value: figure(value),
  }));
  return facts.length === 0 ? [] : [{ kind: "facts", facts }];
}

function usersText({ users, users_at_least: atLeast }: Group): string {
  return `${atLeast ? "at least " : ""}${count(users)}`;
}

function failedText({ failed, error_rate: rate, error_rate_from: from, error_rate_to: to }: Group): string {
  return rateText({ count: failed, rate, from, to });
}

function quantileIn(group: Group, name: "p50" | "p95" | "p99"): Quantile {
  return { ms: group[`${name}_ms`], from_ms: group[`${name}_from_ms`], to_ms: group[`${name}_to_ms`] };
}

function ratioText({ kind, text }: Exclude<Groups["sample_ratio"], null>): string {
  return kind === "off" ? `${text}: too far from it for chance, so that the cohorts are not alike.` : `${text}.`;
}

function figureOr(value: number | undefined): string {
  return value === undefined ? NOTHING : figure(value);
}
