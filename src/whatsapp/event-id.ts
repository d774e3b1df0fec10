import { boundedId } from "../identify/index.ts";

/**
 * Ids that come back with every state of a message or call name an event only together with the state, and in a group
 * with the person who received or read. null: a part is missing.
 */
export function eventId(id: unknown, state: unknown, person?: string | null): string | null {
  const base = boundedId(id);
  const word = boundedId(state);
  if (base === null || word === null) return null;
  return boundedId(person === undefined || person === null ? `${base}:${word}` : `${base}:${word}:${person}`);
}
