import { say, type Sentence } from "../../../lib/sentence.ts";

/** What a candidate that does nothing on a route comes from most often. */
export function silentText(route: string): Sentence {
  return say(
    `Route ${route}: candidate does nothing where legacy sends: shared deduplication store?`,
    `Rota ${route}: o candidate não faz nada onde o legacy envia: compartilham o store de deduplicação?`,
  );
}

export function spokeText(route: string): string {
  return `Route ${route}: the candidate does something again`;
}
