import { say, spoken, type Sentence } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { RollbackTarget } from "../plan.ts";
import type { Rollout } from "../state.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Of a gate, for the audit: what it said, and every figure that it said it by. */
export function evidenceOf(result: GateResult): Sentence {
  const { gate, figures } = result;
  const known = Object.entries(figures).map(([name, value]) => `${name}=${rounded(value)}`);
  const by = known.length === 0 ? "" : ` [${known.join(", ")}]`;
  const said = spoken(result);
  return say(`${gate}: ${said.text}${by}`, `${gate}: ${said.pt}${by}`);
}

/** Why something is as it is, in a sentence; `pt`: in Portuguese, where that is known. */
export interface Why {
  readonly why: string;
  readonly pt?: string | undefined;
}

export function because({ text, pt }: Sentence): Required<Why> {
  return { why: text, pt };
}

export function saidBy({ why, pt }: Why): Sentence {
  return spoken({ text: why, pt });
}

export function targetName(to: RollbackTarget): string {
  return typeof to === "string" ? to : to.phase;
}

/** A day is 24 hours: hours and minutes, below one minute seconds, rounded up, so that nobody waits for `0 s`. */
export function duration(ms: number): string {
  if (ms > 0 && ms < MINUTE_MS) return `${Math.ceil(ms / 1_000)} s`;
  const minutes = Math.ceil(Math.max(0, ms) / MINUTE_MS);
  const [hours, rest] = [Math.floor((minutes * MINUTE_MS) / HOUR_MS), minutes % 60];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** What a gate did that people have to take back before it goes on; null: nothing. */
export function untilResumed({ shed, lowered }: Pick<Rollout, "shed" | "lowered">): Sentence | null {
  if (shed !== null) {
    return say(
      `nobody is compared until somebody resumes it: ${shed.reason}`,
      `ninguém é comparado até alguém retomar: ${shed.pt ?? shed.reason}`,
    );
  }
  if (lowered === null) return null;
  const { from, reason } = lowered;
  return say(
    `lowered from ${from} until somebody resumes it: ${reason}`,
    `reduzido de ${from} até alguém retomar: ${lowered.pt ?? reason}`,
  );
}
