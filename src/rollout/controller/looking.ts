import type { StreamEvidence } from "../../account/index.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { gatesOf } from "../gates-of.ts";
import type { Measured, RolloutPorts, Surroundings } from "../ports.ts";
import type { Progress, Rollout } from "../state.ts";
import { advance, AUTOMATIC } from "./advance.ts";
import type { ControllerOptions } from "./controller.ts";
import { legacyOf } from "./legacy.ts";
import type { Change, Judgement, Step } from "./look.ts";
import { figuresOf, measure } from "./measuring.ts";
import { watch, type Memory } from "./memory.ts";
import { movesOf } from "./moves.ts";
import { judgedPhase, judgementOf, scopeOf } from "./seeing.ts";
import { isJudged, isUnstarted } from "./statuses.ts";
import { freshProgress, isDue, passTime } from "./time.ts";

/** A rollout as the registry has it. */
export interface Known {
  readonly rollout: Rollout;
  readonly version: number;
}

export interface Looking {
  readonly known: Known;
  /** Grows with the look. */
  readonly memory: Memory;
  readonly token: number;
  /** Somebody wants a checkpoint now, with figures that have come already. */
  readonly asked: { readonly name: string | null; readonly measured: ReadonlyMap<string, Measured> } | null;
}

/** `overtaken`: another leads. `moved`: somebody wrote what was decided on. */
export type Looked =
  /** `check`: prechecks are to be looked at. */
  | { readonly kind: "looked"; readonly checkpoint: Checkpoint | null; readonly check: boolean }
  | { readonly kind: "overtaken" | "moved" };

/** One look at one rollout: ports are read, one step is made of it, and written. */
export function createLooking(
  ports: RolloutPorts,
  options: ControllerOptions & { readonly patienceMs: number },
): { readonly lookAt: (looking: Looking) => Promise<Looked> } {
  const { journal } = ports;

  const evidenceOf = async (rollout: Rollout): Promise<readonly StreamEvidence[] | Error> => {
    try {
      return await ports.evidence(scopeOf(rollout));
    } catch (error) {
      return error instanceof Error ? error : new Error("no reason");
    }
  };

  /** Time passes in memory as well, so that a look that fails is not counted twice. */
  const timeOf = async (
    { known: { rollout }, memory }: Looking,
    evidence: readonly StreamEvidence[] | Error,
  ): Promise<Progress> => {
    const { wallMs, monotonicMs } = ports.now();
    const progress = memory.progress ?? (await journal.progress(rollout.id));
    const passed = passTime(rollout, progress, {
      nowMs: wallMs,
      elapsedMs: memory.lookedAtMs === null ? null : monotonicMs - memory.lookedAtMs,
      intervalMs: options.intervalMs,
      hadData: evidence instanceof Error ? null : hasMore(memory, evidence),
    });
    memory.progress = passed;
    memory.lookedAtMs = monotonicMs;
    return passed;
  };

  /** Figures from outside where a checkpoint is due; null: none is, or not all have come yet. */
  const figuresFor = async ({ known: { rollout }, memory, asked }: Looking, progress: Progress) => {
    if (asked !== null) return asked.measured;
    const phase = rollout.plan.phases[judgedPhase(rollout, options.environment)];
    if (phase === undefined || memory.owed !== null || !isDue(rollout, progress, phase)) return null;
    memory.measuring ??= measure(gatesOf(rollout.plan, phase), ports);
    const figures = await figuresOf(memory.measuring, {
      nowMs: ports.now().monotonicMs,
      patienceMs: options.patienceMs,
    });
    if (figures !== null) memory.measuring = null;
    return figures;
  };

  const stepOf = async (
    looking: Looking,
    surroundings: Surroundings,
  ): Promise<Step & { readonly before: Progress }> => {
    const { memory, asked } = looking;
    const { rollout } = looking.known;
    const evidence = await evidenceOf(rollout);
    const progress = await timeOf(looking, evidence);
    if (!(evidence instanceof Error)) {
      if (isJudged(rollout.status)) memory.owed ??= watch(memory, evidence);
      memory.evidence = evidence;
    }
    const measured = await figuresFor(looking, progress);
    const nowMs = ports.now().wallMs;
    const { routes, environment } = options;
    const judgement: Judgement | null =
      measured === null
        ? null
        : judgementOf({
            rollout,
            progress,
            surroundings,
            evidence,
            measured,
            routes,
            environment,
            nowMs,
            name: asked?.name ?? null,
          });
    const phase = judgedPhase(rollout, environment);
    const step = advance({
      rollout,
      progress,
      judgement,
      trip: memory.owed,
      // Looked at where it may be asked for: not every second.
      legacy:
        evidence instanceof Error || (judgement === null && rollout.limits.slowMs !== null)
          ? { p95Ms: null, baseline: null }
          : legacyOf(evidence, { rollout, phase, runningMs: progress.runningMs, nowMs }),
      incidents: surroundings.incidents,
      store: surroundings.store,
      moves: movesOf(rollout.plan, routes, surroundings.flags),
      environment,
      nowMs,
    });
    return { ...step, before: progress };
  };

  /** What was concluded, once nothing is left to be written; `false`: another leads. */
  const conclude = async (
    looking: Looking,
    step: Pick<Step, "progress" | "checkpoint" | "events">,
  ): Promise<boolean> => {
    const { id } = looking.known.rollout;
    looking.memory.progress = step.progress;
    if (!(await journal.keep(id, step.progress, looking.token))) return false;
    if (step.checkpoint !== null && !(await journal.add(step.checkpoint, looking.token))) return false;
    for (const event of step.events) ports.told(event);
    return true;
  };

  const write = async (
    looking: Looking,
    step: Step & { readonly before: Progress },
    change: Change,
  ): Promise<Looked> => {
    const { known, memory, token } = looking;
    const { id } = known.rollout;
    const isBack = step.conclusion === "roll-back";
    // Until it is written it is owed, whatever becomes of the evidence.
    if (isBack) memory.owed = step.why;
    if (!(await fenced(() => journal.keep(id, step.before, token), isBack))) return { kind: "overtaken" };
    const { rollout, flags, reason } = change;
    const written = await ports.write({ rollout, version: known.version, flags, actor: AUTOMATIC, reason });
    if (written.kind === "moved") return { kind: "moved" };
    if (written.kind === "failed") {
      const checkpoint = unwritten(step.checkpoint, written.why);
      const progress = { ...step.progress, visit: step.before.visit, errors: step.before.errors };
      const events = step.events.map((event) =>
        event.event === "checkpoint" && checkpoint !== null ? { ...event, checkpoint } : event,
      );
      const kept = await conclude(looking, { progress, checkpoint, events });
      return kept ? { kind: "looked", checkpoint, check: false } : { kind: "overtaken" };
    }
    memory.owed = null;
    for (const event of change.events) ports.told(event);
    const progress =
      step.progress.visit === rollout.visit ? step.progress : freshProgress(rollout.visit, step.progress.at);
    const kept = await conclude(looking, { ...step, progress });
    return kept ? { kind: "looked", checkpoint: step.checkpoint, check: false } : { kind: "overtaken" };
  };

  return {
    async lookAt(looking) {
      const { rollout } = looking.known;
      const { asked, memory } = looking;
      if (isUnstarted(rollout.status) && asked === null) {
        return { kind: "looked", checkpoint: null, check: isCheckDue(memory, rollout, ports.now().monotonicMs) };
      }
      const { wallMs } = ports.now();
      if (asked === null && !isLookedAt(rollout, wallMs)) return { kind: "looked", checkpoint: null, check: false };
      const step = await stepOf(looking, await ports.surroundings());
      // Told, and nothing to be done about it.
      if (step.change === null) memory.owed = null;
      if (step.change !== null) return write(looking, step, step.change);
      const kept = await conclude(looking, step);
      return kept ? { kind: "looked", checkpoint: step.checkpoint, check: false } : { kind: "overtaken" };
    },
  };
}

/** Whoever was overtaken writes nothing. A journal that is lost keeps nobody from going back. */
async function fenced(keep: () => Promise<boolean>, isBack: boolean): Promise<boolean> {
  try {
    return await keep();
  } catch (error) {
    if (isBack) return true;
    throw error;
  }
}

/** Those in a phase, and those whose way back is kept open. */
function isLookedAt({ status }: Rollout, nowMs: number): boolean {
  return isJudged(status) || (status.name === "completed" && nowMs < Date.parse(status.keepUntil));
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
  memory.items = evidence.reduce(
    (sum, { slots }) => sum + slots.reduce((items, { raw }) => items + (raw[0] ?? 0), 0),
    0,
  );
  return before === null ? null : memory.items > before;
}

function unwritten(checkpoint: Checkpoint | null, why: string): Checkpoint | null {
  if (checkpoint === null) return null;
  return { ...checkpoint, conclusion: "hold", why: `${checkpoint.why}; it could not be written: ${why}` };
}
