import { say, type Sentence } from "../lib/sentence.ts";
import type { Edit } from "./edit.ts";
import { holdsIn, type Hold } from "./hold.ts";
import type { Step } from "./newly-cut-over.ts";
import type { Edited, PlanContext, PlanState } from "./plan.ts";

type Holds = ReadonlyMap<string, Hold>;

/** What a write really changes, and by which edits. */
export interface Changed {
  readonly edits: readonly Edit[];
  readonly edited: readonly Pick<Edited, "action" | "subject">[];
}

/**
 * Why a write may not be made for a rollout that holds what it changes. null: it may: it is the rollout's own, somebody breaks
 * the glass, it goes towards legacy, or a person is to be erased. That a flag is under one rollout holds for everybody.
 */
export function lockRefusal(changed: Changed, step: Step<PlanState>, context: PlanContext): Sentence | null {
  const before = holdsIn(step.before.documents, context);
  const after = holdsIn(step.after.documents, context);
  const shared = sharedRefusal(before, after);
  if (shared !== null) return shared;
  if (context.breakGlass === true || changed.edits.some(isErasure)) return null;
  for (const hold of before.values()) {
    if (hold.rollout === context.rollout) continue;
    const why = heldRefusal(hold, changed, step.before);
    if (why !== null) return why;
  }
  return null;
}

function heldRefusal(hold: Hold, { edits, edited }: Changed, state: PlanState): Sentence | null {
  if (hold.of !== "changes" && hold.of !== "removal") return null;
  const { rollout, status } = hold;
  const way = say(
    "say what it is to do with `sombra rollout`, or break the glass with a reason (--break-glass)",
    "diga o que ele deve fazer com `sombra rollout`, ou quebre o vidro com um motivo (--break-glass)",
  );
  for (const { action, subject } of edited) {
    if (action.startsWith("rollout-") && subject === rollout) {
      return say(
        `the rollout \`${rollout}\` is ${status}, and only its own actions change it: ${way.text}`,
        `o rollout \`${rollout}\` está ${status}, e só as próprias ações o mudam: ${way.pt}`,
      );
    }
    if (hold.of === "removal") {
      if (action !== "flag-removed" || !hold.keys.has(subject)) continue;
      return say(
        `\`${subject}\` is kept by the rollout \`${rollout}\`, so that there is a way back: ` +
          "remove it once that time is over, or break the glass with a reason (--break-glass)",
        `\`${subject}\` é mantida pelo rollout \`${rollout}\`, para que haja um caminho de volta: ` +
          "exclua-a quando esse tempo acabar, ou quebre o vidro com um motivo (--break-glass)",
      );
    }
    if (action.startsWith("flag-") && hold.keys.has(subject) && !towardsLegacy(edits, subject, hold)) {
      return say(
        `\`${subject}\` is under the rollout \`${rollout}\`, which is ${status}: ${way.text}`,
        `\`${subject}\` está sob o rollout \`${rollout}\`, que está ${status}: ${way.pt}`,
      );
    }
    const names = (key: string): boolean => state.flags.get(key)?.audience === subject;
    const key = action.startsWith("audience-") ? [...hold.keys].find(names) : undefined;
    if (key !== undefined) {
      return say(
        `the audience \`${subject}\` is named by \`${key}\`, which is under the rollout \`${rollout}\`: ${way.text}`,
        `a audience \`${subject}\` é citada por \`${key}\`, que está sob o rollout \`${rollout}\`: ${way.pt}`,
      );
    }
  }
  return null;
}

/** Whether every edit of the flag kills it, or denies somebody what a rollout lets them in to. */
function towardsLegacy(edits: readonly Edit[], key: string, { leader }: Hold): boolean {
  const ofIt = edits.filter((edit) => "key" in edit && edit.key === key);
  return ofIt.every((edit) => {
    if (edit.kind === "kill") return true;
    if (key !== leader) return false;
    if (edit.kind === "members") return edit.list === "denylist" && edit.remove.length === 0;
    return edit.kind === "patch" && saysOnlyOff(edit.fields);
  });
}

function saysOnlyOff(fields: Extract<Edit, { kind: "patch" }>["fields"]): boolean {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  return said.every(([name, value]) => name === "enabled" && value === false);
}

function isErasure(edit: Edit): boolean {
  return edit.kind === "document" && edit.collection === "erasure";
}

/** A rollout that is written, or begins, on a flag that another one has. */
function sharedRefusal(before: Holds, after: Holds): Sentence | null {
  for (const hold of after.values()) {
    const was = before.get(hold.rollout);
    const isNew = isOpen(hold) && (!isOpen(was) || was?.leader !== hold.leader);
    const begins = hold.of === "changes" && was?.of !== "changes";
    if (!isNew && !begins) continue;
    for (const other of after.values()) {
      if (other.rollout === hold.rollout || !(isNew ? isOpen(other) : other.of === "changes")) continue;
      const key = [...hold.keys].find((one) => other.keys.has(one));
      if (key === undefined) continue;
      return say(
        `\`${key}\` is under the rollout \`${other.rollout}\`, which is ${other.status}: one flag is under one rollout; abort that one first`,
        `\`${key}\` está sob o rollout \`${other.rollout}\`, que está ${other.status}: uma flag fica sob um rollout só; aborte esse primeiro`,
      );
    }
  }
  return null;
}

/** It has the flag, or is to have it. */
function isOpen(hold: Hold | undefined): boolean {
  return hold?.of === "changes" || hold?.of === "claim";
}
