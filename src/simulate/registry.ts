import {
  compileFlag,
  createSnapshot,
  emptyFlagState,
  planWrite,
  resolveFlags,
  type Edit,
  type Edited,
  type FlagDefinition,
  type FlagState,
  type PlanContext,
  type Snapshot,
} from "../flags/index.ts";
import type { RouteFlags } from "../model/index.ts";
import type { Rollout, RolloutWrite, RolloutWritten } from "../rollout/index.ts";

/** What a write did, as an audit tells it. */
export interface SimulatedAudit {
  readonly atMs: number;
  readonly actor: string;
  readonly reason: string;
  /** null: flags alone, by hand. */
  readonly rollout: { readonly before: Rollout | null; readonly after: Rollout } | null;
  /** What really changed, before and after. */
  readonly flags: readonly Edited[];
}

/** Flags and rollouts under one version, with every write in the audit, by the rules of the real registry. */
export interface SimulatedRegistry {
  readonly audit: readonly SimulatedAudit[];
  state(): FlagState;
  snapshot(): Snapshot;
  rollouts(): readonly { readonly rollout: Rollout; readonly version: number }[];
  write(write: RolloutWrite): RolloutWritten;
  /** By hand. */
  edit(edits: readonly Edit[], actor: string, reason: string): RolloutWritten;
}

export function createSimulatedRegistry(
  routes: readonly RouteFlags[],
  { now, flags = [] }: { readonly now: () => number; readonly flags?: readonly Edit[] },
): SimulatedRegistry {
  const definitions = routes.flatMap(({ enabled, shadow, dualRun, reverseShadow }) =>
    [enabled, shadow, dualRun, reverseShadow].map(defined),
  );
  const audit: SimulatedAudit[] = [];
  const rollouts = new Map<string, { readonly rollout: Rollout; readonly version: number }>();
  let version = 0;
  let state = emptyFlagState;
  let snapshot: Snapshot | null = null;

  const planned = (edits: readonly Edit[], by: string) => {
    const at = new Date(now()).toISOString();
    const context: PlanContext = {
      definitions,
      routes,
      mayReverse: () => true,
      environment: [],
      version: version + 1,
      at,
      by,
    };
    return planWrite(state, edits, context);
  };

  const commit = (
    edits: readonly Edit[],
    { actor, reason, rollout }: Pick<SimulatedAudit, "actor" | "reason" | "rollout">,
  ): RolloutWritten => {
    const plan = edits.length === 0 ? ({ kind: "unchanged" } as const) : planned(edits, actor);
    if (plan.kind === "invalid")
      return { kind: "failed", why: plan.problems.map(({ where, must }) => `${where} must be ${must}`).join("; ") };
    if (plan.kind === "unknown") return { kind: "failed", why: `there is no ${plan.subject}` };
    if (plan.kind === "refused") return { kind: "failed", why: plan.why };
    if (plan.kind === "unchanged" && rollout === null) return { kind: "written" };
    version += 1;
    if (plan.kind === "change") {
      state = plan.next;
      snapshot = null;
    }
    if (rollout !== null) rollouts.set(rollout.after.id, { rollout: structuredClone(rollout.after), version });
    audit.push({ atMs: now(), actor, reason, rollout, flags: plan.kind === "change" ? plan.edited : [] });
    return { kind: "written" };
  };

  const compile = (): Snapshot => {
    const layers = [{ source: "sqlite", flags: [...state.flags.values()] }] as const;
    const compiled = resolveFlags(layers, definitions).map(({ flag, source }) =>
      compileFlag(flag, source, state.audiences),
    );
    return createSnapshot({ version, killed: false, source: "sqlite", forceOff: [], flags: compiled, routes });
  };

  commit(flags, { actor: "command:setup", reason: "as it was", rollout: null });
  return {
    audit,
    state: () => state,
    snapshot: () => (snapshot ??= compile()),
    rollouts: () => [...rollouts.values()],
    write({ rollout, version: seen, flags: edits, actor, reason }) {
      const before = rollouts.get(rollout.id);
      if ((before?.version ?? 0) !== seen) return { kind: "moved" };
      return commit(edits, { actor, reason, rollout: { before: before?.rollout ?? null, after: rollout } });
    },
    edit: (edits, actor, reason) => commit(edits, { actor, reason, rollout: null }),
  };
}

function defined(key: string): FlagDefinition {
  return { key, description: "", env: null, default: false, salt: null, bucketing: "murmur3" };
}
