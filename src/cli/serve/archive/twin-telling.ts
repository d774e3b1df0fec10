import type { ArchivedTwin } from "../../../account/index.ts";
import type { TwinKnown } from "../../../compare/index.ts";
import type { TwinOf } from "../../../stats/index.ts";

/** Tells what the twin showed, over all instances, and each time after that what has changed. */
export function createTwinTelling(
  read: () => Promise<ArchivedTwin>,
  tell: (known: TwinKnown) => void,
): () => Promise<void> {
  let told: ReadonlyMap<string, TwinOf> = new Map();
  return async () => {
    const { seq, signatures } = await read();
    const now = new Map(signatures.map((one) => [one.signature, one]));
    const gone = [...told.keys()].filter((signature) => !now.has(signature));
    const changed = [
      ...signatures.filter((one) => !isSame(told.get(one.signature), one)),
      ...gone.map((signature) => ({ signature, both: 0, candidateOnly: 0, twinOnly: 0 })),
    ];
    told = now;
    tell({ seq, changed });
  };
}

function isSame(before: TwinOf | undefined, now: TwinOf): boolean {
  if (before === undefined) return false;
  return before.both === now.both && before.candidateOnly === now.candidateOnly && before.twinOnly === now.twinOnly;
}
