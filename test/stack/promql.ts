import { parser } from "@prometheus-io/lezer-promql";
import { metrics, type Metric } from "../../src/account/index.ts";
import { mayBe } from "./tables.ts";

type Node = ReturnType<typeof parser.parse>["topNode"];

/** Series by name with their labels: what `/metrics` declares, and what Prometheus adds of its own. */
const series: ReadonlyMap<string, readonly string[]> = new Map([
  ...Object.entries<Metric>(metrics).flatMap(([name, { type, labels, bounds = [] }]) => {
    if (type !== "histogram") return [[name, labels] as const];
    // OpenMetrics, which Prometheus asks for, knows no sum and no count of values that may be negative.
    const rest = (bounds[0] ?? 0) < 0 ? [] : ["_sum", "_count"];
    return [[`${name}_bucket`, [...labels, "le"]] as const, ...rest.map((end) => [name + end, labels] as const)];
  }),
  ["up", []],
  ["ALERTS", ["alertname", "alertstate", "severity"]],
]);
/** Labels that a scrape puts on everything. */
const scraped = ["instance", "job"];
const ownLabels = new Set(["le", "alertname", "alertstate", ...scraped]);

/** What is wrong with an expression, in sentences; none: every series, label and value in it is one that Sombra tells. */
export function problemsIn(expression: string): readonly string[] {
  // Grafana's variables stand where PromQL has a duration; those in strings are text.
  const text = expression.replaceAll(/\$__(rate_interval|range)/g, "5m");
  const top = parser.parse(text).topNode;
  const broken = nodesOf(top, "⚠");
  if (broken.length > 0) return broken.map(({ from }) => `no PromQL at character ${from}: ${text}`);
  const selectors = nodesOf(top, "VectorSelector");
  if (selectors.length === 0) return [`looks at nothing: ${text}`];
  const textOf = ({ from, to }: Node): string => text.slice(from, to);
  return [
    ...selectors.flatMap((selector) => selectorProblems(selector, textOf)),
    ...nodesOf(top, "AggregateExpr").flatMap((aggregate) => groupingProblems(aggregate, textOf)),
  ];
}

function selectorProblems(selector: Node, textOf: (node: Node) => string): readonly string[] {
  const name = nameOf(selector, textOf);
  const labels = series.get(name);
  if (labels === undefined) return [`no metric is called "${name}"`];
  return nodesOf(selector, "UnquotedLabelMatcher").flatMap((matcher) => {
    const [label = "", value = ""] = ["LabelName", "StringLiteral"].map(
      (kind) => nodesOf(matcher, kind).map(textOf)[0],
    );
    if (![...labels, ...scraped].includes(label)) return [`${name} has no label "${label}"`];
    const unquoted = value.slice(1, -1);
    if (ownLabels.has(label) || unquoted.startsWith("$") || unquoted.startsWith("[")) return [];
    // Alternatives of a regular expression, each a value of its own.
    const wrong = unquoted.split("|").filter((one) => !mayBe(label, one, new Set()));
    return wrong.map((one) => `${label} of ${name} is never "${one}"`);
  });
}

/** What is grouped by a label that the series inside lack is one group without it. */
function groupingProblems(aggregate: Node, textOf: (node: Node) => string): readonly string[] {
  const modifier = aggregate.getChild("AggregateModifier");
  const by = modifier === null ? [] : nodesOf(modifier, "LabelName").map(textOf);
  const names = nodesOf(aggregate, "VectorSelector").map((selector) => nameOf(selector, textOf));
  return names.flatMap((name) =>
    by
      .filter((label) => ![...(series.get(name) ?? []), ...scraped].includes(label))
      .map((label) => `${name} has no label "${label}" to group by`),
  );
}

/** Labels that the outermost grouping leaves; null: there is none, and the series keep theirs. */
export function labelsLeft(expression: string): readonly string[] | null {
  const text = expression.replaceAll(/\$__(rate_interval|range)/g, "5m");
  const [outermost] = nodesOf(parser.parse(text).topNode, "AggregateExpr");
  const modifier = outermost?.getChild("AggregateModifier") ?? null;
  if (outermost === undefined) return null;
  return modifier === null ? [] : nodesOf(modifier, "LabelName").map(({ from, to }) => text.slice(from, to));
}

function nameOf(selector: Node, textOf: (node: Node) => string): string {
  return nodesOf(selector, "Identifier").map(textOf)[0] ?? "";
}

/** All nodes of a kind, in the order of the text. */
function nodesOf(top: Node, kind: string): readonly Node[] {
  const found: Node[] = [];
  top.cursor().iterate((node) => {
    if (node.name === kind || (kind === "⚠" && node.type.isError)) found.push(node.node);
  });
  return found;
}
