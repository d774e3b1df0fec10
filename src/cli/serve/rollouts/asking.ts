import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Notes } from "../../../registry/index.ts";
import type { Checkpoint, RolloutJournal } from "../../../rollout/index.ts";

/** A checkpoint that somebody asked another instance for. */
const form = z.object({ rollout: z.string(), name: z.string(), by: z.string(), atMs: z.number(), n: z.number() });
type AskedCheckpoint = Readonly<z.infer<typeof form>>;

export interface AskingOptions {
  readonly notes: Pick<Notes, "put" | "get">;
  readonly journal: Pick<RolloutJournal, "checkpoints">;
  readonly instance: string;
  readonly now: () => number;
  /** Whether this instance leads. */
  readonly leads: () => boolean;
  /** Ids of all rollouts. */
  readonly rollouts: () => readonly string[];
  readonly checkpoint: (rollout: string, name?: string) => Promise<Checkpoint>;
  /** One that another instance asked for could not be made. */
  readonly fault: (error: unknown) => void;
}

/** Checkpoints on demand: the leader makes them, whichever instance is asked. */
export interface Asking {
  checkpoint(rollout: string, name?: string): Promise<Checkpoint>;
  /** Of the leader, each second: what others were asked for. */
  turn(): Promise<void>;
}

const keyOf = (rollout: string): string => `checkpoint:${rollout}`;
const keptMs = 60_000;
const waitMs = 45_000;
const lookMs = 250;
/** A name is not given twice within so many. */
const lookedAt = 20;

export function createAsking(options: AskingOptions): Asking {
  const { notes, journal, instance, now, leads, rollouts, checkpoint, fault } = options;
  const done = new Map<string, string>();
  let asked = 0;
  const elsewhere = async (rollout: string, given?: string): Promise<Checkpoint> => {
    asked += 1;
    const name = given ?? `${new Date(now()).toISOString().slice(0, 19)}Z`;
    const before = await journal.checkpoints(rollout, lookedAt);
    const known = new Set(before.map((one) => `${one.name} ${one.at}`));
    const value = JSON.stringify({ rollout, name, by: instance, atMs: now(), n: asked });
    await notes.put([{ space: "rollout", key: keyOf(rollout), value, untilMs: now() + keptMs }]);
    const untilMs = now() + waitMs;
    while (now() < untilMs) {
      await delay(lookMs);
      const found = (await journal.checkpoints(rollout, lookedAt)).find(
        (one) => one.name === name && !known.has(`${one.name} ${one.at}`),
      );
      if (found !== undefined) return found;
      // A leader that went meanwhile.
      if (leads()) return checkpoint(rollout, name);
    }
    throw new Error("nobody made it in time: no instance leads, or the store is away");
  };
  return {
    checkpoint: (rollout, name) => (leads() ? checkpoint(rollout, name) : elsewhere(rollout, name)),
    async turn() {
      const ids = rollouts();
      if (ids.length === 0) return;
      const found = await notes.get("rollout", ids.map(keyOf));
      for (const [key, text] of found) {
        const order = read(text);
        if (order === null || order.by === instance || done.get(key) === text) continue;
        done.set(key, text);
        // The leader before made it: twice, it would count twice of what has to fail in a row.
        if ((await journal.checkpoints(order.rollout, lookedAt)).some((one) => isThat(one, order))) continue;
        // Figures from outside may be slow: whether to go back is looked at meanwhile.
        void checkpoint(order.rollout, order.name).catch(fault);
      }
    },
  };
}

function isThat({ name, at }: Checkpoint, order: AskedCheckpoint): boolean {
  return name === order.name && Date.parse(at) >= order.atMs;
}

function read(text: string): AskedCheckpoint | null {
  try {
    return form.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
