import { phasesIn, type Rollout, type RolloutEvent, type RolloutPorts } from "../../../rollout/index.ts";
import type { Notifying } from "../notify/notifying.ts";
import { createMeasure } from "./measure.ts";
import { timeNow, writeRollout, type WritingDeps } from "./ports.ts";
import { precheckOf } from "./prechecks.ts";
import { callProcedures } from "./procedures.ts";
import type { RolloutsOptions } from "./options.ts";
import { lineOf } from "./telling.ts";

export interface RunningDeps extends Pick<
  RolloutsOptions,
  "config" | "env" | "archive" | "registry" | "known" | "event" | "count" | "fault"
> {
  readonly rollouts: WritingDeps["rollouts"];
  readonly surroundings: RolloutPorts["surroundings"];
  readonly notifying: Pick<Notifying, "saw" | "deps">;
}

/** What moves rollouts in production. */
export function createPorts(deps: RunningDeps): RolloutPorts {
  const { config, archive, rollouts, surroundings } = deps;
  const { journal } = archive;
  const written = { write: deps.registry.deps.write, known: deps.known.now, rollouts };
  const routes = config.routes.map(({ flags }) => flags);
  return {
    now: timeNow,
    rollouts: () => rollouts().known,
    write: (write) => writeRollout(write, written),
    evidence: (scope) => archive.evidence(scope),
    measure: createMeasure({ env: deps.env }),
    surroundings,
    precheck: (rollout, precheck) =>
      precheckOf(rollout, precheck, {
        routes,
        firstPhase: ({ plan }) => phasesIn(plan, config.environment)[0] ?? null,
        surroundings: () => surroundings(rollout.plan.flag),
        lastCheckpoint: async (id) => (await journal.checkpoints(id, 1))[0] ?? null,
        channels: deps.notifying.deps.channels,
        now: Date.now,
      }),
    journal,
    told: (event) => tell(event, deps),
  };
}

function tell(event: RolloutEvent, { event: say, notifying, count, rollouts, fault }: RunningDeps): void {
  say(lineOf(event));
  notifying.saw(event);
  if (event.event === "checkpoint") count("checkpoint", event.checkpoint.status);
  if (event.event !== "rollback") return;
  count("rollback", "");
  const { rollout, flag, phase, to, reason } = event;
  const { plan } = rollouts().known.find((one) => one.rollout.id === rollout)?.rollout ?? noPlan;
  if (plan === null) return;
  callProcedures(plan, { rollout, flag, phase, to, reason }, (component, why) =>
    fault(`procedure of ${component}`, new Error(`its webhook was not called: ${why}`)),
  );
}

const noPlan: { readonly plan: Rollout["plan"] | null } = { plan: null };
