import { metricOf, type HistogramValue, type Labels, type Series } from "../account/index.ts";

/** The text exposition format, version 0.0.4. Names are those of SPEC 9 as they are. */
export function renderPrometheus({ counters, gauges, histograms }: Series): string {
  const families = new Map<string, string[]>();
  const family = (name: string, type: string): string[] => {
    const known = families.get(name);
    if (known !== undefined) return known;
    const help = metricOf(name)?.help ?? "";
    const lines = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`];
    families.set(name, lines);
    return lines;
  };
  for (const { name, labels, value } of counters) family(name, "counter").push(sample(name, labels, value));
  for (const { name, labels, value } of gauges) family(name, "gauge").push(sample(name, labels, value));
  for (const histogram of histograms) family(histogram.name, "histogram").push(...histogramSamples(histogram));
  return [...families.values()].flatMap((lines) => lines.map((line) => `${line}\n`)).join("");
}

function histogramSamples({ name, labels, buckets, sum, count }: HistogramValue): readonly string[] {
  const bounds = metricOf(name)?.bounds ?? [];
  let below = 0;
  const cumulative = bounds.map((bound, i) => {
    below += buckets[i] ?? 0;
    return sample(`${name}_bucket`, { ...labels, le: number(bound) }, below);
  });
  return [
    ...cumulative,
    sample(`${name}_bucket`, { ...labels, le: "+Inf" }, count),
    sample(`${name}_sum`, labels, sum),
    sample(`${name}_count`, labels, count),
  ];
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${number(value)}`;
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
