/** A family of a metrics page. */
interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar: Exemplar | null;
}

interface Exemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds since the epoch. */
  readonly at: number;
}

const pair = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const labelSet = String.raw`\{((?:${pair})(?:,${pair})*)?\}`;
const sampleForm = new RegExp(
  String.raw`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:${labelSet})? (\S+)(?: # ${labelSet} (\S+) (\S+))?$`,
);

const suffixes: Readonly<Record<string, readonly string[]>> = {
  histogram: ["_bucket", "_sum", "_count"],
  counter: ["_total"],
};

/**
 * Reads a page strictly: every line a comment or a sample, HELP and TYPE once and before the samples, no series twice.
 * OpenMetrics 1.0 where it ends in `# EOF`, else the text format 0.0.4, which has neither exemplars nor `_total` families.
 */
export function readMetricsPage(text: string): ReadonlyMap<string, Family> {
  const open = text.endsWith("# EOF\n");
  if (text !== "" && !text.endsWith("\n")) throw new Error("No newline at the end");
  const families = new Map<string, Family & { readonly samples: Sample[] }>();
  const helps = new Map<string, string>();
  const seen = new Set<string>();
  let current = "";
  for (const line of text.split("\n").slice(0, open ? -2 : -1)) {
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === "HELP") {
      if (helps.has(name)) throw new Error(`HELP twice: ${name}`);
      helps.set(name, rest);
    } else if (keyword === "TYPE") {
      if (families.has(name)) throw new Error(`TYPE twice: ${name}`);
      families.set(name, { type: rest, help: helps.get(name) ?? "", samples: [] });
      current = name;
    } else {
      const sample = readSample(line);
      const family = families.get(current);
      const ends = (family?.type === "counter" && !open ? null : suffixes[family?.type ?? ""]) ?? [""];
      if (family === undefined || !ends.some((end) => sample.name === current + end)) {
        throw new Error(`Out of place: ${line}`);
      }
      if (sample.exemplar !== null && (!open || !sample.name.endsWith("_bucket"))) throw new Error(`Exemplar: ${line}`);
      const series = JSON.stringify([sample.name, Object.entries(sample.labels)]);
      if (seen.has(series)) throw new Error(`Series twice: ${line}`);
      seen.add(series);
      family.samples.push(sample);
    }
  }
  return families;
}

function readSample(line: string): Sample {
  const [whole, name = "", labels = "", value = "", exemplarLabels, exemplarValue = "", at = ""] =
    sampleForm.exec(line) ?? [];
  if (whole === undefined) throw new Error(`No sample: ${line}`);
  const exemplar =
    exemplarLabels === undefined
      ? null
      : { labels: labelsOf(exemplarLabels), value: numberOf(exemplarValue), at: numberOf(at) };
  return { name, labels: labelsOf(labels), value: numberOf(value), exemplar };
}

function numberOf(text: string): number {
  const value = text === "+Inf" ? Number.POSITIVE_INFINITY : Number(text);
  if (Number.isNaN(value)) throw new Error(`No number: ${text}`);
  return value;
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/g)];
  return Object.fromEntries(
    pairs.map(([, name = "", value = ""]) => [
      name,
      value.replaceAll(/\\(["\\n])/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped)),
    ]),
  );
}
