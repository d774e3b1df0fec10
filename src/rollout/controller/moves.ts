import type { Edit, FlagState, JsonObject } from "../../flags/index.ts";
import type { RouteFlags } from "../../model/index.ts";
import type { Plan, RollbackTarget } from "../plan.ts";
import { enterPhase, rollbackEdits, type PhaseEdits } from "../shares.ts";
import { toldOf } from "./told.ts";

/** What phases are for the flags of one rollout as they are now. */
export interface Moves {
  /** `from` null: nothing was entered before. */
  enter(phase: number, from: number | null): PhaseEdits;
  back(phase: number, to: RollbackTarget): Back;
  /** Settings of the plan's flag beside those it has. */
  adjust(settings: JsonObject): readonly Edit[];
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
    adjust: (settings) => [
      {
        kind: "patch",
        key: plan.flag,
        fields: { settings: { ...state.flags.get(plan.flag)?.settings, ...settings } },
      },
    ],
    told: (edits) => toldOf(edits, state),
  };
}
