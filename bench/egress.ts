/**
 * What a call of legacy costs on its way through the egress, beside nginx `proxy_pass` and no proxy at all, in one run:
 * milliseconds added at the median, and CPU time per call. Run it with `node bench/egress.ts [rounds] [calls per second]`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createFleet } from "./child.ts";
import { summarize, type Summary } from "./goals.ts";
import { measure, warmUp, type Sample } from "./measure.ts";
import { defaultWarmUpSeconds, type Options } from "./options.ts";
import { startListening, startOwn } from "./own.ts";
import { median } from "./percentile.ts";
import { titles } from "./report.ts";
import { startSubject, type Subject } from "./subject.ts";

const goals = { addedMs: 0.3, cpuRatio: 3 };

const [rounds = 5, ratePerSecond = 2_000] = process.argv.slice(2).map(Number);
const options: Options = {
  rounds,
  ratePerSecond,
  seconds: 4,
  firstWarmUpSeconds: defaultWarmUpSeconds,
  warmUpSeconds: 1,
  connections: 32,
  only: ["direct", "nginx-send", "egress"],
  markdown: false,
  entry: resolve(import.meta.dirname, "../src/cli/main.ts"),
};

const directory = mkdtempSync(join(tmpdir(), "sombra-bench-"));
const fleet = createFleet();
try {
  await Promise.race([run(), fleet.fault]);
} finally {
  await fleet.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const load = startOwn(fleet, "load");
  const [{ port: legacyPort }, { child: candidate, port: candidatePort }] = await Promise.all([
    startListening(fleet, "backend", "legacy"),
    startListening(fleet, "backend", "candidate"),
  ]);
  const subjects: Subject[] = [];
  for (const name of options.only) {
    const ground = { fleet, directory, entry: options.entry, legacyPort, candidatePort, collectorPort: null };
    subjects.push({ ...(await startSubject(name, ground)), payload: "send" });
  }
  const bench = { load, candidate, options, sent: new Map() };
  for (const subject of subjects) await warmUp(bench, subject);
  const samples: { readonly subject: Subject; readonly sample: Sample }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) samples.push({ subject, sample: await measure(bench, subject) });
  }
  const of = (name: Subject["name"]): Summary =>
    summarize(
      name,
      samples.filter(({ subject }) => subject.name === name).map(({ sample }) => sample),
    );
  report(of("direct"), of("nginx-send"), of("egress"));
  const others = median(samples.map(({ sample }) => sample.othersShare));
  console.log(`Other programs took ${(others * 100).toFixed(0)} % of the machine; above a few, latencies say little`);
  for (const fault of samples.flatMap(({ sample }) => sample.faults)) {
    console.error(`FAULT: ${fault}`);
    process.exitCode = 1;
  }
}

function report(direct: Summary, nginx: Summary, egress: Summary): void {
  console.log(`${ratePerSecond} calls/s over ${options.connections} connections, median of ${rounds} windows`);
  for (const { name, cpuUs, p50, p99 } of [direct, nginx, egress]) {
    const cpu = cpuUs === null ? "-" : cpuUs.toFixed(0);
    console.log(
      `${titles[name].padEnd(34)} CPU ${cpu.padStart(4)} us   p50 ${p50.toFixed(2)} ms   p99 ${p99.toFixed(2)} ms`,
    );
  }
  const ratio = (egress.cpuUs ?? Number.NaN) / (nginx.cpuUs ?? Number.NaN);
  console.log(`added at the median: ${(egress.p50 - direct.p50).toFixed(2)} ms (goal: under ${goals.addedMs})`);
  console.log(`  nginx adds: ${(nginx.p50 - direct.p50).toFixed(2)} ms`);
  console.log(`CPU per call, egress to nginx proxy_pass: ${ratio.toFixed(2)} (goal: at most ${goals.cpuRatio})`);
}
