import { boundedId } from "../identify/index.ts";

/** Ids that come back with every state of a message or call name an event only together with the state. */
export function eventId(id: unknown, state: unknown): string | null {
  const base = boundedId(id);
  return base === null ? null : boundedId(typeof state === "string" ? `${base}:${state}` : base);
}
