import type { RolloutsDeps } from "../../../admin/index.ts";
import { monotonic } from "../../../lib/clock.ts";
import { reportOf, type ReportPorts } from "../../../report/index.ts";
import {
  groupsOf,
  phasesIn,
  type Controller,
  type Groups,
  type Rollout,
  type RolloutPorts,
} from "../../../rollout/index.ts";
import type { Asking } from "./asking.ts";
import { createSimulating } from "./simulating.ts";
import { drill } from "./drill.ts";
import type { KnownRollouts } from "./known-rollouts.ts";
import type { RolloutsOptions } from "./options.ts";
import type { Signs } from "./signs.ts";

export interface DeskDeps extends Pick<RolloutsOptions, "config" | "archive" | "registry" | "known"> {
  readonly rollouts: () => KnownRollouts;
  readonly surroundings: RolloutPorts["surroundings"];
  readonly controller: Pick<Controller, "act" | "prechecks">;
  readonly asking: Asking;
  readonly signs: Signs;
  /** How much was told so far. */
  readonly told: () => number;
}

/** So long an order is not carried out twice under one key. */
const rememberedMs = 86_400_000;

/** What the admin port asks of rollouts, whichever instance it is asked at. */
export function createDesk(deps: DeskDeps): RolloutsDeps {
  const { archive, registry, known, rollouts, controller, asking, signs } = deps;
  const { journal } = archive;
  const reporting = reportingOf(deps);
  return {
    // What parses YAML takes 100 ms of CPU to load: plans are sent seldom.
    async parse(text) {
      const { sentPlanText } = await import("../../config/plans.ts");
      return sentPlanText(text);
    },
    known: () => rollouts().known,
    unreadable: () => rollouts().unreadable,
    act: (order) => controller.act(order),
    checkpoint: (id, name) => asking.checkpoint(id, name),
    progress: (id) => journal.progress(id),
    checkpoints: (id, limit) => journal.checkpoints(id, limit),
    groups: (rollout) => groupsNow(rollout, deps),
    simulate: createSimulating(deps.config.environment),
    report: (rollout, wanted) => reportOf(rollout, wanted, reporting),
    async drill(id, by) {
      const found = rollouts().known.find(({ rollout }) => rollout.id === id);
      if (found === undefined)
        return { kind: "refused", why: `there is no rollout "${id}"`, pt: `não há o rollout "${id}"` };
      return drill(found.rollout, by, {
        write: registry.deps.write,
        known: known.now,
        routes: deps.config.routes.map(({ flags }) => flags),
        signs,
        act: (order) => controller.act(order),
        clock: monotonic,
      });
    },
    told: deps.told,
    leader: () => signs.all().find(({ leads }) => leads)?.instance ?? null,
    recall: async (key) => (await registry.notes.get("order", [key])).get(key) ?? null,
    remember: (key, value) => registry.notes.put([{ space: "order", key, value, untilMs: Date.now() + rememberedMs }]),
  };
}

async function groupsNow(rollout: Rollout, { archive, config, surroundings }: DeskDeps): Promise<Groups> {
  const { id, visit, status, plan } = rollout;
  const [evidence, [last], around] = await Promise.all([
    archive.evidence(`${id}.${visit}`),
    archive.journal.checkpoints(id, 1),
    surroundings(plan.flag),
  ]);
  const phaseIndex = "phase" in status ? status.phase : (phasesIn(plan, config.environment)[0] ?? 0);
  const results = last?.gates ?? [];
  return groupsOf({ rollout, phaseIndex, evidence, surroundings: around, results, nowMs: Date.now() });
}

function reportingOf({ archive, config, controller, registry, surroundings }: DeskDeps): ReportPorts {
  return {
    audit: (filter) => registry.deps.audit(filter),
    checkpoints: (id, limit) => archive.journal.checkpoints(id, limit),
    evidence: (scope) => archive.evidence(scope),
    prechecks: (rollout) => controller.prechecks(rollout),
    surroundings,
    now: Date.now,
    environment: config.environment,
    flags: ({ plan: { flag } }) => {
      const ours = config.routes.filter(({ flags }) => flags.enabled === flag);
      return [...new Set([flag, ...ours.flatMap(({ flags }) => [flags.shadow, flags.dualRun, flags.reverseShadow])])];
    },
  };
}
