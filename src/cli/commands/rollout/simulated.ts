import type { Counted, SimulatedFault, SimulatedPhase, Simulation, Spread } from "../../../simulate/index.ts";
import { table, type Look } from "../table.ts";
import { roughText } from "./rough.ts";
import { trackLines } from "./track.ts";

/** What was asked, as it was written. */
interface Said {
  readonly traffic: string;
  readonly candidate: string;
}

/** What came of it, for a person. */
export function simulationLines(simulation: Simulation, said: Said, look: Look): readonly string[] {
  const { plan, phases, fault } = simulation;
  return [
    `${look.style("bold", plan)}: traffic ${said.traffic}, candidate ${said.candidate}`,
    "",
    ...trackLines(simulation, look),
    "",
    ...endLines(simulation),
    ...(fault === null ? [] : faultLines(fault)),
    falseAlarmLine(simulation),
    "",
    table(
      ["PHASE", "SERVES", "COMPARES", "RUNS", "STAYED", "ENDED HERE", "GATES"],
      phases.map((phase) => [
        phase.name,
        `${phase.serve} %`,
        `${phase.compare} %`,
        String(phase.entered),
        phase.stayed_ms === null ? "-" : spreadText(phase.stayed_ms, roughText),
        endedText(phase),
        phase.gates.join(", "),
      ]),
      look,
    ),
  ];
}

function endLines({ runs, seed, ends, took_ms: took, complete }: Simulation): readonly string[] {
  const ended = [
    `${count(ends.completed)} came to the end of the plan`,
    `${count(ends.rolled_back)} rolled back`,
    `${count(ends.held)} were held`,
  ];
  const time = took === null ? "" : `; they took ${spreadText(took, roughText)}`;
  return [
    `${count(runs)} runs, seed ${seed}: ${ended.join(", ")}${time}.`,
    ...(complete ? [] : ["There was no time for more runs."]),
  ];
}

function faultLines(fault: SimulatedFault): readonly string[] {
  const { runs, onset_ms: onset, noticed, notice_ms: notice } = fault;
  if (onset === null) return ["No run came to where the candidate gets worse."];
  const when = onset.median === 0 ? "from the start" : `from ${roughText(onset.median)} after the start`;
  const time =
    notice === null ? "" : `, ${spreadText(notice, roughText)} after it got worse, by ${countedText(fault.noticed_by)}`;
  const [served, seen] = [fault.bad_served, fault.bad_seen];
  return [
    `The candidate is worse ${when}: noticed in ${count(noticed)} of ${count(runs)} runs${time}.`,
    ...(served === null || seen === null
      ? []
      : [
          `Bad answers that shoppers got: ${spreadText(served, count)}. Bad items that were compared: ${spreadText(seen, count)}.`,
        ]),
  ];
}

function falseAlarmLine({ false_alarms: alarms, runs, fault }: Simulation): string {
  const before = fault === null ? "" : " before it got worse";
  const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;
  return `False alarms${before}: ${count(alarms.runs)} of ${count(runs)} runs (at most ${percent(alarms.share_to)}, with 95 %).`;
}

function endedText({ rolled_back: back, rolled_back_by: by, held, held_by: heldBy }: SimulatedPhase): string {
  const parts = [
    ...(back === 0 ? [] : [`${back} rolled back (${countedText(by)})`]),
    ...(held === 0 ? [] : [`${held} held${heldBy.length === 0 ? "" : ` (${countedText(heldBy)})`}`]),
  ];
  return parts.length === 0 ? "-" : parts.join(", ");
}

/** By the most frequent ones. */
function countedText(counted: readonly Counted[]): string {
  return counted
    .slice(0, 3)
    .map(({ name, runs }) => `${name} ${runs}`)
    .join(", ");
}

/** A figure for half of the runs, and from where to where it is for eight of ten. */
function spreadText({ median, p10, p90 }: Spread, text: (value: number) => string): string {
  return p10 === p90 ? text(median) : `${text(median)} (${text(p10)} to ${text(p90)})`;
}

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const count = (value: number): string => whole.format(value);
