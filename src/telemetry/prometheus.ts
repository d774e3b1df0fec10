import { metricOf, metrics, type Exemplar, type HistogramValue, type Labels, type Series } from "../account/index.ts";

export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** A form of the page. */
interface Form {
  readonly contentType: string;
  familyOf(name: string, type: string): { readonly family: string; readonly type: string };
  escapeHelp(text: string): string;
  readonly exemplars: boolean;
  /** Whether a histogram with negative buckets has a sum, which does not only grow there, and with it a count. */
  readonly sumsMayFall: boolean;
  readonly end: string;
}

/** The text exposition format, version 0.0.4. Names are those of SPEC 9 as they are. */
const plainText: Form = {
  contentType: "text/plain; version=0.0.4; charset=utf-8",
  familyOf: (name, type) => ({ family: name, type }),
  escapeHelp: escapeLine,
  exemplars: false,
  sumsMayFall: true,
  end: "",
};

const total = "_total";

/**
 * OpenMetrics 1.0: the form that has exemplars. Its counters end in `_total`, and their families do not; one that the guides
 * call otherwise is of type unknown here, since what a series is called must not depend on the form that was asked for.
 */
const openMetrics: Form = {
  contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  familyOf(name, type) {
    if (type !== "counter") return { family: name, type };
    return name.endsWith(total) ? { family: name.slice(0, -total.length), type } : { family: name, type: "unknown" };
  },
  escapeHelp: escapeText,
  exemplars: true,
  sumsMayFall: false,
  end: "# EOF\n",
};

/** The page in the form that a scraper's `Accept` asks for. Prometheus asks for OpenMetrics before plain text. */
export function prometheusPage(series: Series, accept: string): MetricsPage {
  const asksFor = accept.split(",").map((range) => range.split(";")[0]?.trim().toLowerCase());
  const form = asksFor.includes("application/openmetrics-text") ? openMetrics : plainText;
  return { contentType: form.contentType, text: render(series, form) };
}

/** Of a family without series: HELP and TYPE. */
const familyLines = 2;

/** Every metric by name, help and type, also where nothing was counted yet; 0 of those that have one series only. */
function render({ counters, gauges, histograms }: Series, form: Form): string {
  const families = new Map<string, string[]>();
  const familyOf = (name: string, declared: string, help = metricOf(name)?.help ?? ""): string[] => {
    const known = families.get(name);
    if (known !== undefined) return known;
    const { family, type } = form.familyOf(name, declared);
    const lines = [`# HELP ${family} ${form.escapeHelp(help)}`, `# TYPE ${family} ${type}`];
    families.set(name, lines);
    return lines;
  };
  for (const [name, { type, help }] of Object.entries(metrics)) familyOf(name, type, help);
  for (const { name, labels, value } of counters) familyOf(name, "counter").push(sample(name, labels, value));
  for (const { name, labels, value } of gauges) familyOf(name, "gauge").push(sample(name, labels, value));
  for (const histogram of histograms) {
    familyOf(histogram.name, "histogram").push(...histogramSamples(histogram, form));
  }
  for (const [name, { type, labels }] of Object.entries(metrics)) {
    const lines = familyOf(name, type);
    if (type === "counter" && labels.length === 0 && lines.length === familyLines) lines.push(sample(name, {}, 0));
  }
  return [...families.values()].flatMap((lines) => lines.map((line) => `${line}\n`)).join("") + form.end;
}

function histogramSamples(
  { name, labels, buckets, sum, count, exemplars }: HistogramValue,
  form: Form,
): readonly string[] {
  const bounds = [...(metricOf(name)?.bounds ?? []), Number.POSITIVE_INFINITY];
  let below = 0;
  const cumulative = bounds.map((bound, i) => {
    below += buckets[i] ?? 0;
    const exemplar = form.exemplars ? exemplars[i] : undefined;
    return sample(`${name}_bucket`, { ...labels, le: float(bound) }, below) + exemplarOf(exemplar);
  });
  if (!form.sumsMayFall && (bounds[0] ?? 0) < 0) return cumulative;
  return [...cumulative, sample(`${name}_sum`, labels, sum), sample(`${name}_count`, labels, count)];
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = pairsOf(labels);
  return `${name}${pairs === "" ? "" : `{${pairs}}`} ${number(value)}`;
}

function exemplarOf(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return "";
  const { traceId, spanId, value, at } = exemplar;
  return ` # {${pairsOf({ trace_id: traceId, span_id: spanId })}} ${number(value)} ${(at / 1000).toFixed(3)}`;
}

function pairsOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([label, text]) => `${label}="${escapeText(text)}"`)
    .join(",");
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}

/** A bucket's bound: OpenMetrics wants `1.0`, and the plain text says the same so that a series is one in both. */
function float(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : number(value);
}

function escapeLine(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeText(text: string): string {
  return escapeLine(text).replaceAll('"', '\\"');
}
