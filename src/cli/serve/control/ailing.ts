import type { Spoken } from "../../../lib/sentence.ts";
import type { Ailment } from "../../../admin/index.ts";

/** Since when each thing is not as it should be. */
export interface Ailing {
  now(): readonly Ailment[];
  stop(): void;
}

/** How long something has lasted is part of some sentences: they are of the same thing all the same. */
const age = /\d+ s\b/g;
const lookMs = 1_000;

/** `degraded`: what is wrong now. Looked at each second, so that nobody has to be looking for it to be known since when. */
export function createAiling(degraded: () => readonly Spoken[], now: () => number): Ailing {
  let since: ReadonlyMap<string, number> = new Map();
  const look = (): readonly Ailment[] => {
    const lines = degraded().map(({ text, pt }) => ({ text, pt, thing: text.replaceAll(age, "") }));
    since = new Map(lines.map(({ thing }) => [thing, since.get(thing) ?? now()]));
    return lines.map(({ text, pt, thing }) => ({ text, pt, sinceMs: since.get(thing) ?? now() }));
  };
  const timer = setInterval(look, lookMs).unref();
  return { now: look, stop: () => clearInterval(timer) };
}
