import type { Sample } from "./measure.ts";
import { median } from "./percentile.ts";
import type { SubjectName } from "./subject.ts";

/** A subject over all rounds: medians. */
export interface Summary {
  readonly name: SubjectName;
  readonly cpuUs: number | null;
  readonly cpuLowestUs: number | null;
  readonly cpuHighestUs: number | null;
  readonly p50: number;
  readonly p99: number;
  /** Requests answered, of those that were due. */
  readonly answeredShare: number;
}

export interface Ratio {
  readonly what: string;
  readonly ratio: number;
  /** The values that were divided count requests as answered that never were: the ratio is at least this. */
  readonly atLeast: boolean;
  /** null: for comparison only. */
  readonly goal: number | null;
}

export function summarize(name: SubjectName, samples: readonly Sample[]): Summary {
  const cpu = samples.flatMap(({ cpuUs }) => (cpuUs === null ? [] : [cpuUs]));
  return {
    name,
    cpuUs: cpu.length === 0 ? null : median(cpu),
    cpuLowestUs: cpu.length === 0 ? null : Math.min(...cpu),
    cpuHighestUs: cpu.length === 0 ? null : Math.max(...cpu),
    p50: median(samples.map(({ p50 }) => p50)),
    p99: median(samples.map(({ p99 }) => p99)),
    answeredShare: median(samples.map(({ answered, due }) => answered / due)),
  };
}

/** Whether requests without an answer reach into a percentile, which then says only how long they had waited so far. */
export function isLowerBound({ answeredShare }: Summary, share: number): boolean {
  return answeredShare < share;
}

type Figure = "cpuUs" | "p99";

interface Question {
  readonly what: string;
  readonly figure: Figure;
  readonly of: SubjectName;
  readonly to: SubjectName;
  readonly goal: number | null;
}

const questions: readonly Question[] = [
  {
    what: "CPU per request, Sombra dual-run to nginx mirror",
    figure: "cpuUs",
    of: "dual-run",
    to: "nginx-mirror",
    goal: 1.3,
  },
  {
    what: "CPU per request, Sombra dual-run to nginx mirror, empty answers",
    figure: "cpuUs",
    of: "dual-run",
    to: "nginx-mirror-empty",
    goal: null,
  },
  {
    what: "CPU per request, Sombra legacy to nginx proxy_pass",
    figure: "cpuUs",
    of: "legacy",
    to: "nginx",
    goal: 3,
  },
  {
    what: "CPU per request, Sombra legacy to bare node:http and undici",
    figure: "cpuUs",
    of: "legacy",
    to: "bare",
    goal: null,
  },
  {
    what: "CPU per request, bare node:http and undici to nginx proxy_pass",
    figure: "cpuUs",
    of: "bare",
    to: "nginx",
    goal: null,
  },
  {
    what: "CPU per request, bare node:http and undici with a copy to nginx mirror",
    figure: "cpuUs",
    of: "bare-copy",
    to: "nginx-mirror",
    goal: null,
  },
  {
    what: "CPU per request, bare node:http and Sombra's parts with a copy to nginx mirror",
    figure: "cpuUs",
    of: "lean-copy",
    to: "nginx-mirror",
    goal: null,
  },
  {
    what: "CPU per call, Sombra egress to nginx proxy_pass",
    figure: "cpuUs",
    of: "egress",
    to: "nginx-send",
    goal: 3,
  },
  {
    what: "CPU per request, Sombra dual-run, 5 % of traces exported to none",
    figure: "cpuUs",
    of: "dual-run-traced",
    to: "dual-run",
    goal: 1.15,
  },
  {
    what: "p99 of Sombra dual-run, candidate hanging to healthy",
    figure: "p99",
    of: "dual-run-hang",
    to: "dual-run",
    goal: 1.1,
  },
  {
    what: "p99 of nginx mirror, candidate hanging to healthy",
    figure: "p99",
    of: "nginx-mirror-hang",
    to: "nginx-mirror",
    goal: null,
  },
];

/** A ratio of which a side was not measured is left out. */
export function ratios(summaries: readonly Summary[]): Ratio[] {
  const find = (name: SubjectName): Summary | undefined => summaries.find((summary) => summary.name === name);
  return questions.flatMap(({ what, figure, of, to, goal }) => {
    const above = find(of);
    const below = find(to);
    if (above === undefined || below === undefined) {
      return [];
    }
    const ratio = (above[figure] ?? Number.NaN) / (below[figure] ?? Number.NaN);
    return [{ what, ratio, atLeast: figure === "p99" && isLowerBound(above, 0.99), goal }];
  });
}
