import type { Sentence } from "../../lib/sentence.ts";
import type { Edit } from "../../flags/index.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { RolloutEvent } from "../ports.ts";
import type { Progress, Rollout } from "../state.ts";
import type { Change } from "./look.ts";
import type { Moves } from "./moves.ts";
import type { Action } from "./order.ts";

/** What an order is answered by. */
export interface Asked {
  readonly rollout: Rollout;
  readonly progress: Progress | null;
  /** The newest; null: there is none. */
  readonly last: Checkpoint | null;
  readonly prechecks: readonly Precheck[];
  /** Open critical ones, by id. */
  readonly incidents: readonly string[];
  readonly killed: boolean;
  readonly moves: Moves;
  readonly environment: string;
  readonly nowMs: number;
}

export interface Precheck {
  readonly name: string;
  readonly green: boolean;
  /** What was found, in a sentence. */
  readonly text: string;
  readonly pt?: string | undefined;
}

export type Answer =
  | { readonly kind: "change"; readonly change: Change; readonly what: string }
  | { readonly kind: "unchanged"; readonly what: string }
  | { readonly kind: "refused"; readonly why: string; readonly pt: string };

/** What cannot be done, after "cannot" and "não é possível". */
type Doing = Exclude<Action, "create" | "drilled" | "check">;

const doing: Readonly<Record<Doing, readonly [english: string, portuguese: string]>> = {
  start: ["start", "iniciar"],
  pause: ["pause", "pausar"],
  resume: ["resume", "retomar"],
  advance: ["advance", "avançar"],
  approve: ["approve", "aprovar"],
  reject: ["reject", "rejeitar"],
  acknowledge: ["acknowledge", "reconhecer"],
  rollback: ["roll back", "reverter"],
  abort: ["abort", "abortar"],
  complete: ["complete", "concluir"],
  tick: ["tick", "marcar"],
  note: ["note", "anotar"],
};

export function refused(what: Doing, { text, pt }: Sentence): Answer {
  const [english, portuguese] = doing[what];
  return { kind: "refused", why: `cannot ${english}: ${text}`, pt: `não é possível ${portuguese}: ${pt}` };
}

export function unchanged(what: string): Answer {
  return { kind: "unchanged", what };
}

/** What is done, with the reason of it for the audit. */
export function changed(
  rollout: Rollout,
  what: string,
  more: { readonly why?: string; readonly flags?: readonly Edit[]; readonly events?: readonly RolloutEvent[] } = {},
): Answer {
  const { why = "", flags = [], events = [] } = more;
  const reason = why === "" ? what : `${what}: ${why}`;
  // Who only observes leaves flags to people.
  return { kind: "change", what, change: { rollout, flags: rollout.plan.mode === "act" ? flags : [], reason, events } };
}
