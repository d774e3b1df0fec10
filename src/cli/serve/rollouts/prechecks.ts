import type { FlagState } from "../../../flags/index.ts";
import type { RouteFlags } from "../../../model/index.ts";
import {
  expectedFields,
  type AutomaticPrecheck,
  type Checkpoint,
  type Rollout,
  type Surroundings,
} from "../../../rollout/index.ts";

export interface PrecheckDeps {
  readonly routes: readonly RouteFlags[];
  /** Index of the plan's first phase that takes place here; null: there is none. */
  readonly firstPhase: (rollout: Rollout) => number | null;
  readonly surroundings: () => Promise<Surroundings>;
  readonly lastCheckpoint: (rollout: string) => Promise<Checkpoint | null>;
}

interface Found {
  readonly green: boolean;
  /** A sentence. */
  readonly text: string;
}

/** Of items that are to be compared. */
const leastCoverage = 0.99;

/** Looks at one thing that has to be so before a start. */
export async function precheckOf(rollout: Rollout, precheck: AutomaticPrecheck, deps: PrecheckDeps): Promise<Found> {
  switch (precheck.name) {
    case "baseline":
      return baseline(rollout);
    case "first-phase-value":
      return firstPhaseValue(rollout, (await deps.surroundings()).flags, deps);
    case "list-size":
      return listSize(rollout, precheck.atLeast, deps);
    case "determinism": {
      const { decidedAlike, instances } = await deps.surroundings();
      const on = `${instances} ${instances === 1 ? "instance" : "instances"}`;
      if (decidedAlike === null) return { green: false, text: `not all of ${on} have said how they decide` };
      return { green: decidedAlike, text: `${on} ${decidedAlike ? "decide" : "do not decide"} alike` };
    }
    case "last-checkpoint": {
      const last = await deps.lastCheckpoint(rollout.id);
      if (last === null) return { green: false, text: "there is none: make one with sombra rollout checkpoint" };
      return { green: last.status === "PASS", text: `${last.name} was ${last.status}` };
    }
    case "sensitivity": {
      const { sensitivity } = await deps.surroundings();
      if (sensitivity === null) return { green: false, text: "nothing was planted yet: it takes compared traffic" };
      return { green: sensitivity === 1, text: `of planted differences ${percent(sensitivity)} are found` };
    }
    case "coverage": {
      const { coverage } = await deps.surroundings();
      if (coverage === null) return { green: false, text: "nothing was to be compared yet" };
      const text = `of items that are to be compared ${percent(coverage)} are, ${percent(leastCoverage)} at least`;
      return { green: coverage >= leastCoverage, text };
    }
    case "store": {
      const { store } = await deps.surroundings();
      return { green: store.up, text: store.up ? "it answers and takes writes" : (store.problem ?? "no answer") };
    }
    case "telemetry": {
      const { delivered } = (await deps.surroundings()).telemetry;
      if (delivered === null) return { green: false, text: "nothing was delivered or fetched yet" };
      return { green: delivered, text: delivered ? "it is delivered" : "it does not get there" };
    }
    case "drill": {
      const { drill } = rollout;
      if (drill === null) return { green: false, text: "not done: sombra rollout drill" };
      return { green: true, text: `${drill.seconds} s until every instance was on legacy, ${drill.at}` };
    }
  }
}

function baseline({ baseline: recorded, plan }: Rollout): Found {
  if (recorded !== null) return { green: true, text: `recorded over ${recorded.items} items until ${recorded.to}` };
  const first = plan.phases[0]?.kind === "baseline";
  return { green: first, text: first ? "the first phase records it" : "none is recorded" };
}

function firstPhaseValue(rollout: Rollout, { flags }: FlagState, { firstPhase, routes }: PrecheckDeps): Found {
  const index = firstPhase(rollout);
  if (index === null) return { green: false, text: "the plan has no phase that takes place here" };
  const expected = expectedFields(rollout.plan, index, routes).find(({ key }) => key === rollout.plan.flag);
  const flag = flags.get(rollout.plan.flag);
  if (expected === undefined || flag === undefined) return { green: false, text: "the flag is not there" };
  const { percent: wanted = null, enabled = null } = expected.fields;
  const name = rollout.plan.phases[index]?.name ?? "";
  const isSame = flag.percent === wanted && flag.enabled === enabled;
  const is = `enabled=${String(flag.enabled)}, rollout=${flag.percent ?? "none"}`;
  const text = isSame
    ? `${is}, as ${name} says`
    : `${is}; ${name} says enabled=${String(enabled)}, rollout=${wanted ?? "none"}`;
  return { green: isSame, text };
}

function listSize(rollout: Rollout, atLeast: number, { firstPhase }: PrecheckDeps): Found {
  const phase = rollout.plan.phases[firstPhase(rollout) ?? 0];
  const listed = new Set([...(phase?.allowlist ?? []), ...(phase?.forceOn ?? [])]).size;
  return { green: listed >= atLeast, text: `${listed} shoppers are listed, ${atLeast} at least` };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
