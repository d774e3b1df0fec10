/**
 * Measures Sombra against nginx on this machine: CPU time per request, and latency at a fixed rate. It judges no time:
 * the exit code says only whether what was measured is what the table says.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFleet, type Fleet } from "./child.ts";
import { ratios, summarize } from "./goals.ts";
import { measure, warmUp, type Bench, type Sample } from "./measure.ts";
import { findNginx } from "./nginx.ts";
import { readOptions, usage, type Options } from "./options.ts";
import { startListening, startOwn } from "./own.ts";
import { median } from "./percentile.ts";
import { render, titles } from "./report.ts";
import { startSubject, type Ground, type Subject, type SubjectName } from "./subject.ts";

type Samples = ReadonlyMap<SubjectName, readonly Sample[]>;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = parse(process.argv.slice(2));
  if (options === null) {
    return 2;
  }
  const directory = mkdtempSync(join(tmpdir(), "sombra-bench-"));
  const fleet = createFleet();
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => reject(new Error(`Stopped by ${signal}`)));
    }
  });
  try {
    return await Promise.race([run(options, fleet, directory), fleet.fault, interrupted]);
  } catch (error) {
    console.error(messageOf(error));
    return 1;
  } finally {
    await fleet.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function parse(args: readonly string[]): Options | null {
  try {
    return readOptions(args);
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`);
    return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function run(options: Options, fleet: Fleet, directory: string): Promise<number> {
  const nginxVersion = options.only.some((name) => name.startsWith("nginx")) ? findNginx().version : null;
  const load = startOwn(fleet, "load");
  const [legacy, candidate, collector] = await Promise.all([
    startListening(fleet, "backend", "legacy"),
    startListening(fleet, "backend", "candidate"),
    startListening(fleet, "collector"),
  ]);
  const ground: Ground = {
    fleet,
    directory,
    entry: options.entry,
    legacyPort: legacy.port,
    candidatePort: candidate.port,
    collectorPort: collector.port,
  };
  const subjects: Subject[] = [];
  for (const name of options.only) {
    subjects.push(await startSubject(name, ground));
  }

  const samples = await measureAll({ load, candidate: candidate.child, options, sent: new Map() }, subjects);
  const summaries = subjects.map(({ name }) => summarize(name, samples.get(name) ?? []));
  const all = [...samples.values()].flat();
  const report = {
    options,
    nginxVersion,
    summaries,
    ratios: ratios(summaries),
    lagP99: median(all.map((sample) => sample.lagP99)),
    othersShare: median(all.map((sample) => sample.othersShare)),
  };
  console.log(render(report));
  return all.some(({ faults }) => faults.length > 0) ? 1 : 0;
}

async function measureAll(bench: Bench, subjects: readonly Subject[]): Promise<Samples> {
  const samples = new Map<SubjectName, Sample[]>(subjects.map(({ name }) => [name, []]));
  for (const subject of subjects) {
    console.error(`warms up: ${titles[subject.name]}`);
    await warmUp(bench, subject);
  }
  for (let round = 1; round <= bench.options.rounds; round += 1) {
    for (const subject of subjects) {
      const sample = await measure(bench, subject);
      samples.get(subject.name)?.push(sample);
      const cpu = sample.cpuUs === null ? "" : `${sample.cpuUs.toFixed(0)} us of CPU, `;
      const title = `round ${round} of ${bench.options.rounds}  ${titles[subject.name]}`;
      const latency = `p50 ${sample.p50.toFixed(2)} ms, p99 ${sample.p99.toFixed(2)} ms`;
      console.error(`${title}: ${cpu}${latency} (others: ${(sample.othersShare * 100).toFixed(0)} %)`);
      for (const fault of sample.faults) {
        console.error(`  FAULT: ${fault}`);
      }
    }
  }
  return samples;
}
