import type { SimulatedPhase, Simulation } from "../../../simulate/index.ts";
import type { Look } from "../table.ts";
import { roughText } from "./rough.ts";

const usualWidth = 80;
/** For what is said at the end of a line. */
const tailWidth = 16;
const leastWidth = 20;

/**
 * The phases of a plan on a line of time, each as long as it was in half of the runs: `█` it was there, `░` no run came so far and it
 * is as long as it has to be at least, `!` the candidate got worse, `✗` half of those that rolled back had done so.
 */
export function trackLines({ phases, fault }: Simulation, look: Look): readonly string[] {
  const totalMs = Math.max(1, ...phases.flatMap((phase) => [phase.to_ms, backMs(phase) ?? 0]));
  const names = Math.max(...phases.map(({ name }) => name.length));
  const width = Math.max(leastWidth, Math.min(look.width, usualWidth) - names - tailWidth - 4);
  const at = (ms: number): number => Math.min(width - 1, Math.floor((ms / totalMs) * width));
  const onset = fault?.onset_ms?.median ?? null;
  const lines = phases.map((phase) => {
    const { from_ms: fromMs, to_ms: toMs } = phase;
    const [from, to] = [at(fromMs), Math.max(at(fromMs), at(Math.max(fromMs, toMs - 1)))];
    const cells = Array.from({ length: width }, (_, index): string =>
      index < from || index > to ? "·" : phase.entered === 0 ? "░" : "█",
    );
    const back = backMs(phase);
    const isWorse = onset !== null && phase.entered > 0 && onset >= fromMs && (onset < toMs || phase === phases.at(-1));
    if (isWorse) cells[at(onset)] = "!";
    if (back !== null) cells[at(back)] = "✗";
    const told = roughText(phase.stayed_ms?.median ?? phase.min_ms);
    const count = phase.rolled_back === 0 ? "" : ` ✗ ${phase.rolled_back}`;
    return `${phase.name.padEnd(names)}  ${colored(cells, look)}  ${told}${count}`;
  });
  const scale = `${"".padEnd(names)}  0${roughText(totalMs).padStart(width - 1)}`;
  return [...lines, scale];
}

const backMs = ({ rolled_back_ms: back }: SimulatedPhase): number | null => back?.median ?? null;

function colored(cells: readonly string[], look: Look): string {
  return cells
    .map((cell) => (cell === "✗" ? look.style("red", cell) : cell === "!" ? look.style("yellow", cell) : cell))
    .join("");
}
