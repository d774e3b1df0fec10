import type { Checkpoint } from "../checkpoint.ts";
import type { RolloutPorts } from "../ports.ts";
import type { Progress } from "../state.ts";
import { AUTOMATIC } from "./failing.ts";
import type { Change, Step } from "./look.ts";
import type { Looked, Looking } from "./looked.ts";
import { freshProgress } from "./time.ts";

/** A step with the progress it was made on, which has nothing of it yet. */
interface Made extends Step {
  readonly before: Progress;
}

/** Writes what a step wants written, and keeps and tells what came of it. */
export async function settle(ports: RolloutPorts, looking: Looking, step: Made): Promise<Looked> {
  return step.change === null ? conclude(ports, looking, step) : write(ports, looking, { step, change: step.change });
}

async function conclude(
  { journal, told }: RolloutPorts,
  { known, memory, token }: Looking,
  { progress, checkpoint, events }: Pick<Step, "progress" | "checkpoint" | "events">,
): Promise<Looked> {
  if (!(await journal.keep(known.rollout.id, progress, token))) return { kind: "overtaken" };
  memory.progress = progress;
  if (checkpoint !== null && !(await journal.add(checkpoint, token))) return { kind: "overtaken" };
  for (const event of events) told(event);
  return { kind: "looked", checkpoint, check: false };
}

async function write(
  ports: RolloutPorts,
  looking: Looking,
  { step, change }: { readonly step: Made; readonly change: Change },
): Promise<Looked> {
  const { known, memory, token } = looking;
  const { status } = change.rollout;
  const isBack = status.name === "rolled-back";
  // Until it is written it is owed, whatever becomes of the evidence.
  if (isBack) memory.owed = { why: step.why, pt: step.pt, to: status.to };
  const keep = (): Promise<boolean> => ports.journal.keep(known.rollout.id, step.before, token);
  if (!(await fenced(keep, isBack))) return { kind: "overtaken" };
  const { rollout, flags, reason } = change;
  const written = await ports.write({ rollout, version: known.version, flags, actor: AUTOMATIC, reason });
  if (written.kind === "moved") {
    memory.progress = step.before;
    return { kind: "moved" };
  }
  if (written.kind !== "written") return conclude(ports, looking, unwritten(step, written.why));
  memory.owed = null;
  for (const event of change.events) ports.told(event);
  const isSameStay = step.progress.visit === rollout.visit;
  const progress = isSameStay ? step.progress : freshProgress(rollout.visit, step.progress.at);
  return conclude(ports, looking, { ...step, progress });
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

/** It holds, and says why. */
function unwritten(
  { checkpoint, progress, events, before }: Made,
  why: string,
): Pick<Step, "progress" | "checkpoint" | "events"> {
  const kept = { ...progress, visit: before.visit, errors: before.errors };
  if (checkpoint === null) return { progress: kept, checkpoint, events };
  const held: Checkpoint = {
    ...checkpoint,
    conclusion: "hold",
    why: `${checkpoint.why}; it could not be written: ${why}`,
    pt: `${checkpoint.pt ?? checkpoint.why}; não pôde ser gravado: ${why}`,
  };
  const told = events.map((event) => (event.event === "checkpoint" ? { ...event, checkpoint: held } : event));
  return { progress: kept, checkpoint: held, events: told };
}
