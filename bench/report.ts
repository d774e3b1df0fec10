import { cpus, release } from "node:os";
import { isLowerBound, type Ratio, type Summary } from "./goals.ts";
import type { Options } from "./options.ts";
import type { SubjectName } from "./subject.ts";

export const titles: Readonly<Record<SubjectName, string>> = {
  direct: "direct, no proxy",
  nginx: "nginx proxy_pass",
  "nginx-send": "nginx proxy_pass, a call of legacy",
  "nginx-mirror": "nginx mirror",
  "nginx-mirror-empty": "nginx mirror, empty answers",
  "nginx-mirror-hang": "nginx mirror, candidate hangs",
  bare: "bare node:http and undici",
  "bare-copy": "bare node:http and undici, with a copy",
  "lean-copy": "bare node:http and Sombra's parts, with a copy",
  legacy: "Sombra legacy",
  "dual-run": "Sombra dual-run, compared",
  "dual-run-new": "Sombra dual-run, every answer new",
  "dual-run-traced": "Sombra dual-run, 5 % traced",
  "dual-run-hang": "Sombra dual-run, candidate hangs",
  egress: "Sombra egress, a call of legacy",
};

export interface Report {
  readonly options: Options;
  readonly nginxVersion: string | null;
  readonly summaries: readonly Summary[];
  readonly ratios: readonly Ratio[];
  /** The 99th percentile of how late the load generator was, as a median over all windows. */
  readonly lagP99: number;
  /** Share of the machine that went to other programs, as a median over all windows. */
  readonly othersShare: number;
}

type Row = readonly string[];

export function render(report: Report): string {
  const { options, summaries, ratios } = report;
  const figures: Row[] = [
    ["", "CPU per request (us)", "lowest to highest", "p50 (ms)", "p99 (ms)", "answered"],
    ...summaries.map(figureRow),
  ];
  const goals: Row[] = [["", "ratio", "goal", ""], ...ratios.map(goalRow)];
  const table = options.markdown ? markdownTable : plainTable;
  return [facts(report), table(figures), ...(ratios.length === 0 ? [] : [table(goals)]), notes(report)].join("\n\n");
}

function facts({ options, nginxVersion }: Report): string {
  const cores = cpus();
  const processor = cores[0]?.model.trim() ?? "processor unknown";
  const versions = [`Node ${process.versions.node}`, ...(nginxVersion === null ? [] : [nginxVersion])];
  return [
    `${options.ratePerSecond} requests/s over ${options.connections} connections, median of ${options.rounds} alternating`,
    `windows of ${options.seconds} s, what V8 runs warmed up for ${options.firstWarmUpSeconds} s;`,
    `${cores.length} cores (${processor}), Linux ${release()}, ${versions.join(", ")}`,
  ].join("\n");
}

function notes({ summaries, lagP99, othersShare }: Report): string {
  const stalled = summaries.some(({ answeredShare }) => answeredShare < 1);
  return [
    `Latency runs from when a request was due; the load generator itself was late by ${lagP99.toFixed(2)} ms (p99).`,
    `Other programs took ${(othersShare * 100).toFixed(0)} % of the machine: ${quiet(othersShare)}.`,
    ...(stalled ? ["> : requests that never got an answer count with the time they had waited."] : []),
  ].join("\n");
}

/** Above this, waits for a core show in the 99th percentile even where the median stays as it was. */
const quietShare = 0.1;

function quiet(othersShare: number): string {
  return othersShare <= quietShare ? "it was quiet enough" : "too much for its latencies to say anything";
}

function figureRow(summary: Summary): Row {
  const { name, cpuUs, cpuLowestUs, cpuHighestUs, p50, p99, answeredShare } = summary;
  const bound = (share: number): string => (isLowerBound(summary, share) ? "> " : "");
  return [
    titles[name],
    cpuUs?.toFixed(0) ?? "",
    cpuLowestUs === null || cpuHighestUs === null ? "" : `${cpuLowestUs.toFixed(0)} to ${cpuHighestUs.toFixed(0)}`,
    bound(0.5) + p50.toFixed(2),
    bound(0.99) + p99.toFixed(2),
    `${(answeredShare * 100).toFixed(answeredShare === 1 ? 0 : 1)} %`,
  ];
}

function goalRow({ what, ratio, atLeast, goal }: Ratio): Row {
  return [
    what,
    `${atLeast ? "> " : ""}${ratio.toFixed(2)} x`,
    goal === null ? "" : `at most ${goal} x`,
    goal === null ? "for comparison" : ratio <= goal ? "met" : "missed",
  ];
}

/** The first column to the left, the others to the right. */
function pad(rows: readonly Row[]): Row[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
}

function plainTable(rows: readonly Row[]): string {
  return pad(rows)
    .map((row) => row.join("   ").trimEnd())
    .join("\n");
}

function markdownTable(rows: readonly Row[]): string {
  const [head = [], ...body] = pad(rows);
  const rule = head.map((cell, column) => (column === 0 ? "-".repeat(cell.length) : `${"-".repeat(cell.length - 1)}:`));
  return [head, rule, ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
