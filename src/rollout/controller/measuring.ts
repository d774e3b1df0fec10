import type { Gate } from "../gate.ts";
import type { Measured, RolloutPorts } from "../ports.ts";

/** How long anything outside may take, whatever the port says: rollbacks never wait for it. */
const GIVE_UP_MS = 30_000;

/** Figures from outside that were asked for and have come so far. */
export interface Measuring {
  readonly sinceMs: number;
  readonly names: readonly string[];
  readonly found: ReadonlyMap<string, Measured>;
  readonly all: Promise<unknown>;
}

export function measure(
  gates: readonly Gate[],
  { measure: ask, now }: Pick<RolloutPorts, "measure" | "now">,
): Measuring {
  const asked = gates.flatMap((gate) => (gate.type === "metric" ? [gate] : []));
  const found = new Map<string, Measured>();
  const one = async ({ name, source }: (typeof asked)[number]): Promise<void> => {
    try {
      found.set(name, await ask(source));
    } catch (error) {
      found.set(name, { kind: "error", why: error instanceof Error ? error.message : "it failed" });
    }
  };
  return {
    sinceMs: now().monotonicMs,
    names: asked.map(({ name }) => name),
    found,
    all: Promise.all(asked.map(one)),
  };
}

/** All figures, or null: not yet. What has not come for too long is an error. */
export async function figuresOf(
  { sinceMs, names, found, all }: Measuring,
  { nowMs, patienceMs }: { readonly nowMs: number; readonly patienceMs: number },
): Promise<ReadonlyMap<string, Measured> | null> {
  if (found.size < names.length) await waitFor(all, patienceMs);
  if (found.size === names.length) return found;
  if (nowMs - sinceMs < GIVE_UP_MS) return null;
  const late: Measured = { kind: "error", why: `no answer for ${GIVE_UP_MS / 1_000} s` };
  return new Map(names.map((name) => [name, found.get(name) ?? late]));
}

async function waitFor(promise: Promise<unknown>, ms: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms).unref();
  try {
    await Promise.race([promise, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** All figures, however long they take to come. */
export async function allFigures({ all, found }: Measuring): Promise<ReadonlyMap<string, Measured>> {
  await all;
  return found;
}
