import type { EffectPair } from "./match.ts";

/** The id that one message has on either side. */
export interface Translation {
  readonly legacy: string;
  readonly candidate: string;
}

/**
 * The ids of messages that both sides sent to one recipient, by which a status of the one can be told to the other. Texts
 * need not be equal: it is the same turn of the conversation.
 */
export function translations(pairs: readonly EffectPair[]): readonly Translation[] {
  const found: Translation[] = [];
  for (const { legacy, candidate } of pairs) {
    if (legacy.operation !== "send" || legacy.recipient !== candidate.recipient) continue;
    for (const [i, id] of legacy.produced.entries()) {
      const other = candidate.produced[i];
      if (other !== undefined) found.push({ legacy: id, candidate: other });
    }
  }
  return found;
}
