import { z } from "zod";
import type { Clock } from "../../../lib/clock.ts";
import type { Notes } from "../../../registry/index.ts";
import type { Declared } from "./declared.ts";

/** What an instance says of itself each second, for rollouts. */
export interface Sign {
  readonly instance: string;
  /** Counts up: who says the same twice has not said anything since. */
  readonly beat: number;
  /** Of the flags it decides by. */
  readonly version: number;
  /** Of what it decides for a sample of shoppers, by flag. */
  readonly decided: Readonly<Record<string, string>>;
  /** It moves rollouts. */
  readonly leads: boolean;
  /** Alarms that are on there. */
  readonly alarms: readonly string[];
  /** By route; where nothing was planted yet it is not there. */
  readonly sensitivity: Readonly<Record<string, number>>;
  /** null: an earlier release, which does not say. */
  readonly events: Declared | null;
}

export interface SignsOptions {
  readonly notes: Pick<Notes, "put" | "get">;
  readonly instance: string;
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sign: () => Omit<Sign, "instance" | "beat">;
}

export interface Signs {
  /** Of all instances that were heard of lately, this one first. */
  all(): readonly Sign[];
  /** Says and hears; rejects with why that cannot be. */
  turn(): Promise<void>;
}

/** As many instances as may share a store. */
const slots = 64;
const keys = Array.from({ length: slots }, (_, slot) => `sign:${slot}`);
/** Who has said nothing for so long counts no more. */
const silentMs = 5_000;
/** A process that died leaves its note no longer. */
const keptMs = 60_000;

const form = z.object({
  instance: z.string(),
  beat: z.number(),
  version: z.number(),
  decided: z.record(z.string(), z.string()),
  leads: z.boolean(),
  alarms: z.array(z.string()),
  sensitivity: z.record(z.string(), z.number()),
  events: z
    .object({
      sinceMs: z.number(),
      counts: z.array(z.object({ side: z.string(), type: z.string(), n: z.number() })),
    })
    .nullable()
    .default(null),
});

interface Heard {
  readonly sign: Sign;
  readonly atMs: number;
}

/** Each instance keeps a note in a slot of its own, and reads all slots. */
export function createSigns({ notes, instance, clock, now, sign }: SignsOptions): Signs {
  const heard = new Map<string, Heard>();
  let beat = 0;
  let slot: string | null = null;
  const own = (): Sign => ({ ...sign(), instance, beat });
  const put = (said: Sign, untilMs: number): Promise<void> =>
    notes.put([{ space: "rollout", key: slot ?? "sign:0", value: JSON.stringify(said), untilMs }]);
  return {
    all: () => [own(), ...[...heard.values()].map((one) => one.sign)],
    async turn() {
      const values = await notes.get("rollout", keys);
      const found = keys.flatMap((key) => {
        const said = read(values.get(key));
        return said === null ? [] : [{ key, said }];
      });
      hear(
        heard,
        found.filter(({ said }) => said.instance !== instance).map(({ said }) => said),
        clock(),
      );
      const mine = found.find(({ key }) => key === slot)?.said.instance ?? instance;
      if (slot === null || mine !== instance) slot = freeSlot(new Set(found.map(({ key }) => key)), instance);
      beat += 1;
      await put(own(), now() + keptMs);
    },
  };
}

/** Says and hears, one time after the other, and knows why that cannot be. */
export function createSigning(signs: Pick<Signs, "turn">) {
  let problem: string | null = null;
  let turning: Promise<void> | null = null;
  return {
    /** null: it can. */
    problem: () => problem,
    turn(): void {
      turning ??= signs
        .turn()
        .then(
          () => {
            problem = null;
          },
          (error: unknown) => {
            problem = error instanceof Error ? error.message : "no answer";
          },
        )
        .then(() => {
          turning = null;
        });
    },
  };
}

function hear(heard: Map<string, Heard>, signs: readonly Sign[], atMs: number): void {
  for (const said of signs) {
    const before = heard.get(said.instance);
    if (before?.sign.beat !== said.beat) heard.set(said.instance, { sign: said, atMs });
  }
  for (const [instance, one] of heard) if (atMs - one.atMs > silentMs) heard.delete(instance);
}

/** From a place of its own on, so that two that begin together seldom take the same. */
function freeSlot(taken: ReadonlySet<string>, instance: string): string {
  const from = Number.parseInt(instance.slice(0, 8), 16) % slots || 0;
  const order = keys.map((_, index) => keys[(from + index) % slots] ?? "sign:0");
  return order.find((key) => !taken.has(key)) ?? `sign:${from}`;
}

function read(text: string | undefined): Sign | null {
  if (text === undefined) return null;
  try {
    return form.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
