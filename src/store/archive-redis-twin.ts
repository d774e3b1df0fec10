import { z } from "zod";
import type { ArchivedTwin } from "../account/index.ts";
import { FORGET_TWIN_SCRIPT, TWIN_SCRIPT } from "./archive-redis-script.ts";
import { runScript } from "./archive-redis-run.ts";
import type { RedisCalls } from "./redis-calls.ts";
import { archiveKeys as keys } from "./redis-keys.ts";

const told = z.tuple([z.string(), z.array(z.string()), z.string()]);

type Shown = ArchivedTwin["signatures"][number];

interface Kept {
  readonly shown: Shown;
  /** Milliseconds since the epoch. */
  readonly lastSeen: number;
}

async function readTwin(redis: RedisCalls, instance: string) {
  const asked = { keys: [keys.head, keys.twin, keys.instances], args: [instance] };
  const [, fields, last] = told.parse(await runScript(redis, TWIN_SCRIPT, asked));
  const kept = fields.flatMap((signature, at) => (at % 2 === 0 ? keptOf(signature, fields[at + 1] ?? "") : []));
  return { seq: Number.parseInt(last || "0", 10), kept };
}

/** Empty: the text is not what was written. */
function keptOf(signature: string, text: string): readonly Kept[] {
  const [both, candidateOnly, twinOnly, lastSeen] = text.split(" ").map(Number);
  if (both === undefined || candidateOnly === undefined || twinOnly === undefined || lastSeen === undefined) return [];
  return [{ shown: { signature, both, candidateOnly, twinOnly }, lastSeen }];
}

export async function twinIn(redis: RedisCalls, instance: string): Promise<ArchivedTwin> {
  const { seq, kept } = await readTwin(redis, instance);
  return { seq, signatures: kept.map(({ shown }) => shown) };
}

export async function twinsIn(redis: RedisCalls): Promise<ReadonlyMap<string, Shown>> {
  const { kept } = await readTwin(redis, "");
  return new Map(kept.map(({ shown }) => [shown.signature, shown]));
}

/** So many are let go of in one call. */
const AT_ONCE = 500;

/** `before`: milliseconds since the epoch. */
export async function expireTwin(redis: RedisCalls, before: number): Promise<void> {
  const { kept } = await readTwin(redis, "");
  const old = kept.filter(({ lastSeen }) => lastSeen < before).map(({ shown }) => shown.signature);
  for (let from = 0; from < old.length; from += AT_ONCE) {
    const args = [before, ...old.slice(from, from + AT_ONCE)];
    await runScript(redis, FORGET_TWIN_SCRIPT, { keys: [keys.head, keys.twin], args });
  }
}
