import { expect, test } from "vitest";
import { ratios, summarize } from "./goals.ts";
import type { Sample } from "./measure.ts";
import { readOptions } from "./options.ts";
import { render } from "./report.ts";

const sample: Sample = {
  due: 1_000,
  sent: 1_000,
  answered: 1_000,
  failed: 0,
  unanswered: 0,
  p50: 0.2,
  p99: 1,
  lagP99: 0.1,
  cpuUs: 100,
  othersShare: 0,
  faults: [],
};

const summaries = [
  summarize("direct", [{ ...sample, cpuUs: null }]),
  summarize(
    "nginx-mirror",
    [90, 100, 110].map((cpuUs) => ({ ...sample, cpuUs })),
  ),
  summarize("nginx-mirror-hang", [{ ...sample, answered: 40, unanswered: 960, p50: 2_000, p99: 4_000 }]),
  summarize(
    "dual-run",
    [129, 900, 1].map((cpuUs) => ({ ...sample, cpuUs })),
  ),
  summarize("dual-run-hang", [{ ...sample, p99: 1.2 }]),
];

function report(args: readonly string[] = [], othersShare = 0.02): string {
  return render({
    options: readOptions(args),
    othersShare,
    nginxVersion: "nginx/1.22.1",
    summaries,
    ratios: ratios(summaries),
    lagP99: 0.1,
  });
}

test("a ratio is of medians, met or missed by its goal", () => {
  expect(report()).toMatch(/dual-run to nginx mirror +1\.29 x +at most 1\.3 x +met/);
  expect(report()).toMatch(/candidate hanging to healthy +1\.20 x +at most 1\.1 x +missed/);
});

test("requests without an answer make a percentile a lower bound, and say so", () => {
  expect(report()).toMatch(/nginx mirror, candidate hangs .* > 2000\.00 +> 4000\.00 +4\.0 %/);
  expect(report()).toMatch(/> 4000\.00 x +for comparison/);
  expect(report()).toContain("never got an answer");
});

test("a machine that had other work says that its latencies are worth nothing", () => {
  expect(report()).toContain("Other programs took 2 % of the machine: it was quiet enough");
  expect(report([], 0.4)).toContain("Other programs took 40 % of the machine: too much");
});

test("what was not measured is not judged", () => {
  expect(report()).not.toContain("Sombra legacy");
  expect(ratios(summaries.slice(0, 1))).toEqual([]);
});

test("as Markdown every line of a table has the same columns", () => {
  const lines = report(["--markdown"])
    .split("\n")
    .filter((line) => line.startsWith("|"));
  expect(new Set(lines.map((line) => line.split("|").length))).toEqual(new Set([8, 6]));
  expect(lines).toHaveLength(2 + summaries.length + 2 + ratios(summaries).length);
});
