import { wayBackOf } from "../report/index.ts";
import { sharesText, wayBack as wayBackFrom, span, targetName, type Phase, type Rollout } from "../rollout/index.ts";

/** Index and name of the phase it is in, or was in when it ended; null: it never was in one. */
export function phaseOf({
  plan,
  status,
}: Pick<Rollout, "plan" | "status">): (Phase & { readonly index: number }) | null {
  const index = "phase" in status ? status.phase : -1;
  const phase = plan.phases[index];
  return phase === undefined ? null : { ...phase, index };
}

/** `isLeft`: what it says of shares is over. */
export function phaseText({ plan }: Rollout, phase: Phase, isLeft: boolean): string {
  const at = plan.phases.findIndex(({ name }) => name === phase.name) + 1;
  return `${phase.name} (${at} of ${plan.phases.length})${isLeft ? ", until then" : ""}: ${sharesText(plan, phase)}`;
}

export interface WayBack {
  readonly command: string;
  /** Where the plan goes back to. */
  readonly to: string;
  readonly text: string;
  readonly procedures: readonly {
    readonly component: string;
    readonly steps: readonly string[];
    readonly expected: string;
    readonly expected_seconds: number;
  }[];
}

export function wayBack(rollout: Rollout): WayBack {
  const { id, plan, status } = rollout;
  return {
    command: `sombra rollout rollback ${id} --reason TEXT`,
    to: targetName(wayBackFrom(plan, "phase" in status ? status.phase : 0)),
    text: wayBackOf(rollout),
    procedures: plan.rollback.procedures.map(({ component, steps, expectedMs }) => ({
      component,
      steps,
      expected: span(expectedMs),
      expected_seconds: expectedMs / 1_000,
    })),
  };
}
