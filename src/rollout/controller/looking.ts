import type { StreamEvidence } from "../../account/index.ts";
import { gatesOf } from "../gates-of.ts";
import type { Measured, RolloutPorts, Surroundings } from "../ports.ts";
import type { Progress, Rollout } from "../state.ts";
import { advance } from "./advance.ts";
import type { ControllerOptions } from "./options.ts";
import { legacyOf } from "./legacy.ts";
import type { Step } from "./look.ts";
import type { Looked, Looking } from "./looked.ts";
import { figuresOf, measure } from "./measuring.ts";
import { watch, type Memory } from "./memory.ts";
import { movesOf } from "./moves.ts";
import { judgedPhase, judgementOf, scopeOf } from "./seeing.ts";
import { isJudged, isUnstarted, servesStill } from "./statuses.ts";
import { settle } from "./settling.ts";
import { isDue, passTime } from "./time.ts";

/** What looks are made through, and how. */
export interface LookPorts {
  readonly ports: RolloutPorts;
  readonly options: ControllerOptions & { readonly patienceMs: number };
}

/** One look at one rollout: ports are read, one step is made of it, and written. */
export async function lookAt(through: LookPorts, looking: Looking): Promise<Looked> {
  const { ports } = through;
  const { asked, memory, known } = looking;
  const { rollout } = known;
  const { wallMs, monotonicMs } = ports.now();
  if (isUnstarted(rollout.status) && asked === null) {
    return { kind: "looked", checkpoint: null, check: isCheckDue(memory, rollout, monotonicMs) };
  }
  if (asked === null && !isLookedAt(rollout, wallMs)) return { kind: "looked", checkpoint: null, check: false };
  const surroundings = await ports.surroundings(rollout.plan.flag);
  const evidence = await evidenceOf(ports, rollout);
  const before = await passed(through, looking, { evidence, killed: surroundings.killed });
  const step = await stepOf(through, looking, { surroundings, evidence, progress: before });
  // Told, and nothing to be done about it.
  if (step.change === null) memory.owed = null;
  return settle(ports, looking, { ...step, before });
}

async function evidenceOf(ports: RolloutPorts, rollout: Rollout): Promise<readonly StreamEvidence[] | Error> {
  try {
    return await ports.evidence(scopeOf(rollout));
  } catch (error) {
    return error instanceof Error ? error : new Error("no reason");
  }
}

/**
 * A look that fails, or at a candidate that is asked nothing, brings the next checkpoint nearer, and is no running time: nobody saw
 * what would have happened meanwhile.
 */
async function passed(
  { ports, options }: LookPorts,
  { known: { rollout }, memory }: Looking,
  { evidence, killed }: Pick<Read, "evidence"> & Pick<Surroundings, "killed">,
): Promise<Progress> {
  const { wallMs, monotonicMs } = ports.now();
  const progress = memory.progress ?? (await ports.journal.progress(rollout.id));
  const seen = passTime(rollout, progress, {
    nowMs: wallMs,
    elapsedMs: memory.lookedAtMs === null ? null : monotonicMs - memory.lookedAtMs,
    intervalMs: options.intervalMs,
    hadData: evidence instanceof Error ? null : hasMore(memory, evidence),
  });
  memory.lookedAtMs = monotonicMs;
  const { runningMs, withoutDataMs } = progress?.visit === rollout.visit ? progress : seen;
  const unseen = { ...seen, runningMs, withoutDataMs };
  memory.progress = unseen;
  return evidence instanceof Error || killed ? unseen : seen;
}

interface Read {
  readonly surroundings: Surroundings;
  readonly evidence: readonly StreamEvidence[] | Error;
  readonly progress: Progress;
}

async function stepOf(through: LookPorts, looking: Looking, { surroundings, evidence, progress }: Read): Promise<Step> {
  const { memory, asked, known } = looking;
  const { rollout } = known;
  const { routes, environment } = through.options;
  if (!(evidence instanceof Error)) {
    if (isJudged(rollout.status) || servesStill(rollout)) memory.owed ??= watch(memory, evidence);
    memory.evidence = evidence;
  }
  const measured = await figuresFor(through, looking, progress);
  const nowMs = through.ports.now().wallMs;
  const name = asked?.name ?? null;
  const seen = { rollout, progress, surroundings, evidence, routes, environment, nowMs, name };
  const judgement = measured === null ? null : judgementOf({ ...seen, measured });
  // Looked at where it may be asked for: not every second.
  const isAsked = judgement !== null || rollout.limits.slowMs === null;
  const phase = judgedPhase(rollout, environment);
  return advance({
    rollout,
    progress,
    judgement,
    trip: memory.owed,
    legacy: () =>
      evidence instanceof Error || !isAsked
        ? { p95Ms: null, baseline: null }
        : legacyOf(evidence, { rollout, phase, runningMs: progress.runningMs, nowMs }),
    incidents: surroundings.incidents,
    killed: surroundings.killed,
    store: surroundings.store,
    moves: movesOf(rollout.plan, routes, surroundings.flags),
    environment,
    nowMs,
  });
}

/** Figures from outside where a checkpoint is due; null: none is, or not all have come yet. */
async function figuresFor(
  { ports, options }: LookPorts,
  { known: { rollout }, memory, asked }: Looking,
  progress: Progress,
): Promise<ReadonlyMap<string, Measured> | null> {
  if (asked !== null) return asked.measured;
  if (servesStill(rollout)) return null;
  const phase = rollout.plan.phases[judgedPhase(rollout, options.environment)];
  if (phase === undefined || memory.owed !== null || !isDue(rollout, progress, phase)) return null;
  memory.measuring ??= measure(gatesOf(rollout.plan, phase), ports);
  const { patienceMs } = options;
  const figures = await figuresOf(memory.measuring, { nowMs: ports.now().monotonicMs, patienceMs });
  if (figures !== null) memory.measuring = null;
  return figures;
}

/** Those in a phase, and those whose way back is kept open. */
function isLookedAt(rollout: Rollout, nowMs: number): boolean {
  const { status } = rollout;
  return (
    isJudged(status) || servesStill(rollout) || (status.name === "completed" && nowMs < Date.parse(status.keepUntil))
  );
}

function isCheckDue(memory: Memory, { status, plan }: Rollout, nowMs: number): boolean {
  const before = memory.checkedAtMs;
  if (before !== null && status.name !== "draft" && nowMs - before < plan.checkpoints.everyMs) return false;
  memory.checkedAtMs = nowMs;
  return true;
}

/** null: not known, as nobody looked before. */
function hasMore(memory: Memory, evidence: readonly StreamEvidence[]): boolean | null {
  const before = memory.items;
  let items = 0;
  for (const { slots } of evidence) for (const { raw } of slots) items += raw[0] ?? 0;
  memory.items = items;
  return before === null ? null : memory.items > before;
}
