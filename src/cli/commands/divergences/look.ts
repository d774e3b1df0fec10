import { z } from "zod";
import { eachGroup, foldGroups, kindsText, severityText, type Fold } from "../../../account/index.ts";
import { adminCommand, type Session } from "../frame.ts";
import { table, type Look } from "../table.ts";
import {
  countText,
  groupShape,
  noiseText,
  percentText,
  shareText,
  suggestedCommand,
  triageText,
  type Group,
} from "./shapes.ts";

const listShape = z.looseObject({ groups: z.array(groupShape) });

const divergenceShape = z.looseObject({ path: z.string(), signature: z.string() });
const itemShape = z.looseObject({
  kind: z.string(),
  shopper: z.string().nullable(),
  divergences: z.array(divergenceShape),
});
const recordShape = z.looseObject({
  exchange: z.string(),
  receivedAt: z.number(),
  mode: z.string(),
  trace: z.looseObject({ traceId: z.string() }),
  items: z.array(itemShape),
});
const oneShape = groupShape.extend({ records: z.array(recordShape).default([]) });

const titles = [
  "SIGNATURE",
  "SEVERITY",
  "COUNT",
  "FIRST",
  "DOWNSTREAM",
  "SHARE",
  "CELLS",
  "SHOPPERS",
  "PATH",
  "KIND",
  "CHANGE",
  "ITEMS",
  "TRIAGE",
];

export const look = adminCommand(
  {
    name: "divergences",
    takes: "[SIGNATURE]",
    summary: "in what the candidate does something else than legacy, gravest first; of one, examples",
    about: [
      "What differs in the same way for several kinds of items is one row, unless --all is given: its signature is that",
      "of the first kind, and it has at least as many cells and shoppers (+) as the kind that has most of them.",
      "SEVERITY: the gravest of the kind; with how many kinds of items where they are not alike.",
      "COUNT: of everything found, noise too. FIRST: what follows from nothing; DOWNSTREAM: what came after the sides had",
      "drifted apart for that shopper. SHARE: of the items compared. CELLS: ten minutes of one shopper count once.",
      "sombra divergences triage SIGNATURE says what is to be thought of it.",
    ],
    options: {
      route: { takes: "NAME", help: "of one route" },
      all: { takes: null, help: "every signature by itself, also what is expected, fixed or noise" },
    },
    examples: ["", "--route default --all", "3f2a90c4d1e8b705", "--json"],
  },
  (session) => {
    const [signature] = session.given.values;
    return signature === undefined ? list(session) : show(session, signature);
  },
);

async function list({ given, ask, print, look: style }: Session): Promise<number> {
  const route = given.text("route");
  const query = route === undefined ? "" : `?route=${encodeURIComponent(route)}`;
  const answer = await ask({ path: `/api/divergences${query}`, shape: listShape });
  const shown = given.has("all") ? answer.groups : answer.groups.filter(isToLookAt);
  const hidden = answer.groups.length - shown.length;
  const folds = given.has("all") ? eachGroup(shown) : foldGroups(shown, ({ triage }) => triageText(triage));
  const rest = [
    ...(folds.length === shown.length
      ? []
      : [`${shown.length} signatures in ${folds.length} rows: --all shows each of them`]),
    ...(hidden === 0 ? [] : [`${hidden} more expected, fixed or noise: --all shows them`]),
  ];
  print({ ...answer, groups: shown }, () => [
    shown.length === 0 ? "no divergence is open" : table(titles, folds.map(row), style),
    ...suggested(shown),
    ...(rest.length === 0 ? [] : ["", ...rest]),
  ]);
  return 0;
}

/** What may be nothing, though that is for people to say. */
function suggested(groups: readonly Group[]): readonly string[] {
  const lines = groups.flatMap(({ signature, suggestion }) => {
    return suggestion ? [`${signature} ${suggestion.text} sombra divergences ${signature} shows the rule`] : [];
  });
  return lines.length === 0 ? [] : ["", ...lines];
}

function isToLookAt({ severity, triage }: Group): boolean {
  return severity !== "noise" && triage?.state !== "expected" && triage?.state !== "fixed";
}

function row(fold: Fold<Group>): readonly string[] {
  const { first, groups, share } = fold;
  const { signature, path, kind, change = "-", triage } = first;
  const sum = (number: (group: Group) => number): string =>
    String(groups.reduce((total, group) => total + number(group), 0));
  return [
    signature,
    severityText(fold),
    sum(({ count }) => count),
    sum(firstOnes),
    sum(({ downstream = 0 }) => downstream),
    percentText(share),
    mostOf(groups, ({ cells }) => cells),
    mostOf(
      groups,
      ({ shoppers }) => shoppers,
      groups.some((group) => group.shoppers_at_least),
    ),
    path,
    kind,
    change,
    kindsText(fold, 1),
    triageText(triage),
  ];
}

/** Those that follow from nothing. */
function firstOnes({ count, noise = 0, downstream = 0 }: Group): number {
  return count - noise - downstream;
}

/** Whoever is in several of them is not known: there are at least as many as in the one with most. */
function mostOf(
  groups: readonly Group[],
  number: (group: Group) => number | null | undefined,
  atLeast = false,
): string {
  const numbers = groups.map(number).filter((one) => typeof one === "number");
  return numbers.length < groups.length ? "-" : countText(Math.max(...numbers), atLeast || groups.length > 1);
}

async function show({ ask, print, look: style }: Session, signature: string): Promise<number> {
  const group = await ask({ path: `/api/divergences/${encodeURIComponent(signature)}`, shape: oneShape });
  print(group, () => [
    `${style.style("bold", group.signature)}: ${group.kind} at ${group.path}`,
    table(["FIELD", "VALUE"], facts(group), style),
    ...(group.suggestion ? ["", group.suggestion.text, `  ${suggestedCommand(group.suggestion)}`] : []),
    ...examples(group, style),
  ]);
  return 0;
}

function facts(group: Group): readonly (readonly string[])[] {
  const { route, item_kind: kind, where, change = "-", severity, count, items, triage } = group;
  const { downstream = 0, noise = 0 } = group;
  const rows = [
    ["route", route],
    ["item", kind],
    ["where", where],
    ["change", change],
    ["severity", severity],
    ["count", `${count} (${firstOnes(group)} first, ${downstream} downstream, ${noise} noise)`],
    ["share", `${shareText(group)} of ${items} items`],
    ["legacy's noise", noiseText(group)],
    ["cells", countText(group.cells)],
    ["shoppers", countText(group.shoppers, group.shoppers_at_least)],
    ["first seen", group.first_seen],
    ["last seen", group.last_seen],
    ["triage", triageText(triage)],
  ];
  if (triage === null) return rows;
  return [...rows, ["said", `${triage.at} by ${triage.by}`], ["reason", triage.reason ?? "-"]];
}

function examples({ signature, records }: z.infer<typeof oneShape>, style: Look): readonly string[] {
  if (records.length === 0) return ["", "no example is kept"];
  const rows = records.map(({ exchange, receivedAt, mode, trace, items }) => {
    const item = items.find(({ divergences }) => divergences.some((one) => one.signature === signature));
    const paths = item?.divergences.filter((one) => one.signature === signature).map(({ path }) => path) ?? [];
    const at = new Date(receivedAt).toISOString();
    return [exchange, at, mode, item?.shopper ?? "-", trace.traceId, paths[0] ?? "-"];
  });
  return ["", table(["EXAMPLE", "TIME", "MODE", "SHOPPER", "TRACE", "PATH"], rows, style)];
}
