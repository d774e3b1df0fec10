import type { Edit, FlagState } from "../../flags/index.ts";
import type { RouteFlags } from "../../model/index.ts";
import type { Plan, RollbackTarget } from "../plan.ts";
import { enterPhase, rollbackEdits, shedEdits, type PhaseEdits } from "../shares.ts";
import { toldOf } from "./told.ts";

/** What phases are for the flags of one rollout as they are now. */
export interface Moves {
  /** `from` null: nothing was entered before. */
  enter(phase: number, from: number | null): PhaseEdits;
  back(phase: number, to: RollbackTarget): Back;
  /** Nobody is compared any more; who answers whom stays as it is. */
  shed(phase: number): PhaseEdits;
  /** What those edits change, in a sentence. */
  told(edits: readonly Edit[]): string;
}

/** There always is a way back; `to`: where it leads, which is shadow where what was asked for cannot be. */
export interface Back {
  readonly edits: readonly Edit[];
  readonly to: RollbackTarget;
}

/** `state`: flags in force. */
export function movesOf(plan: Plan, routes: readonly RouteFlags[], state: FlagState): Moves {
  const back = (phase: number, to: RollbackTarget): Back | null => {
    const edits = rollbackEdits({ plan, phase, to, routes, state });
    return edits.kind === "edits" ? { edits: edits.edits, to } : null;
  };
  return {
    enter: (phase, from) => enterPhase({ plan, phase, from, routes, state }),
    back: (phase, to) =>
      back(phase, to) ?? back(phase, "shadow") ?? { edits: [{ kind: "kill", key: plan.flag }], to: "off" },
    shed: (phase) => shedEdits({ plan, phase, routes, state }),
    told: (edits) => toldOf(edits, state),
  };
}
