import { say, type Sentence } from "../../lib/sentence.ts";
import type { StoreView } from "../../registry/index.ts";
import type { SharedEntry } from "./threads/messages.ts";

/** Since the store last said that the flags are its own; since the start where it never did. */
export function ageSeconds({ confirmedAt }: StoreView): number {
  return confirmedAt === null ? process.uptime() : Math.max(0, Date.now() - confirmedAt) / 1000;
}

/** Whose the flags are while the store does not answer. */
export function whoseText(version: number): Sentence {
  return version > 0
    ? say("flags are the last known ones", "as flags são as últimas conhecidas")
    : say(
        "none of its flags are known, environment and defaults decide",
        "nenhuma das suas flags é conhecida, decidem o ambiente e os padrões",
      );
}

/** Of keys that cannot be read. */
export function unreadableText({ unreadable }: StoreView): Sentence {
  const names = unreadable.join(", ");
  return say(
    `Stored records that cannot be read, each counts as unset until it is put whole: ${names}`,
    `Registros gravados que não podem ser lidos, cada um vale como não definido até ser gravado inteiro: ${names}`,
  );
}

/** Of a flag that more than one source defines: who has the say (SPEC 3). */
export function definedTwiceText({ source, overridden }: Pick<SharedEntry, "source" | "overridden">): Sentence {
  const all = [source, ...overridden];
  return say(
    `defined in ${all.join(" and ")}: ${source} is in force`,
    `definida em ${all.join(" e ")}: vale ${source}`,
  );
}
