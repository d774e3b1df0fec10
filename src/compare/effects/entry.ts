import type { Effect } from "../../model/index.ts";
import { withoutMoment } from "./moment.ts";

/** An effect with what it is matched by. */
export interface Entry {
  readonly effect: Effect;
  /** Place among the effects of its side. */
  readonly at: number;
  /** Only effects of one group can be the same: those to one recipient, on one message, of one resource. */
  readonly group: string;
  /** Kind and payload: equal for equal effects of one group. */
  readonly exact: string;
  /** The same without what is new in each copy: what effects are matched by. */
  readonly text: string;
}

/** Effects as they are matched: without reads, and without attempts that were made again. */
export function entriesOf(effects: readonly Effect[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [at, effect] of effects.entries()) {
    if (effect.operation === "read") continue;
    entries.push({ effect, at, group: groupOf(effect), ...textsOf(effect) });
  }
  return entries.every(({ effect }) => effect.succeeded) ? entries : withoutRepeats(entries);
}

function textsOf(effect: Effect): Pick<Entry, "exact" | "text"> {
  const exact = `${effect.kind}\n${JSON.stringify(effect.payload)}`;
  // Of messages nothing is new in each copy.
  const isPlain = effect.target === null && effect.operation !== "event";
  return { exact, text: isPlain ? exact : `${effect.kind}\n${JSON.stringify(withoutMoment(effect))}` };
}

function groupOf({ operation, kind, recipient, refersTo, target }: Effect): string {
  switch (operation) {
    case "send":
      return `send\n${recipient ?? ""}`;
    // Typing is shown by a call that marks as read too.
    case "mark-read":
    case "typing":
      return `mark-read\n${refersTo ?? ""}`;
    case "media":
    case "read":
    case "write":
    case "event":
      return `${kind}\n${target ?? ""}`;
  }
}

/** What failed and was tried again was done once: where it worked in the end only that counts, else the first attempt. */
function withoutRepeats(entries: readonly Entry[]): readonly Entry[] {
  const done = new Set<string>();
  const identity = ({ group, text }: Entry): string => `${group}\n${text}`;
  for (const entry of entries) if (entry.effect.succeeded) done.add(identity(entry));
  return entries.filter((entry) => {
    if (entry.effect.succeeded) return true;
    const known = done.has(identity(entry));
    done.add(identity(entry));
    return !known;
  });
}
