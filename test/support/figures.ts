import { setTimeout as delay } from "node:timers/promises";
import { reconciles, type LedgerAnswer, type Sombra } from "./sombra.ts";

/** Below the time limit of a test, so that what is missing is said. */
const patienceMs = 30_000;

/** Items wait for what both sides do: whoever asks without a pause takes the time that they need. */
const askEveryMs = 100;

/** The ledger once nothing is pending. Rejects unless it accounts for every item sent, once and in one state. */
export async function settled(sombra: Sombra, sent: number): Promise<LedgerAnswer> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const ledger = await sombra.get<LedgerAnswer>("/api/ledger");
    if (ledger.pending === 0 && reconciles(ledger, sent)) return ledger;
    if (ledger.received > sent || performance.now() > until) {
      throw new Error(`Of ${sent} items sent the ledger says ${JSON.stringify(ledger)}`);
    }
    await delay(askEveryMs);
  }
}

export function ledgerOf(sombra: Sombra): Promise<LedgerAnswer> {
  return sombra.get<LedgerAnswer>("/api/ledger");
}

/** What a ledger grew by, state by state. */
export function growth(before: LedgerAnswer, after: LedgerAnswer): Record<string, number> {
  const grown: Record<string, number> = {};
  for (const state of ["skipped", "compared", "failed"] as const) {
    for (const [substate, count] of Object.entries(after[state])) {
      const more = count - (before[state][substate] ?? 0);
      if (substate !== "total" && more > 0) grown[`${state} ${substate}`] = more;
    }
  }
  return grown;
}

/** A metric as `/metrics` shows it, summed over the series that bear these labels; NaN where there is none. */
export async function figure(
  sombra: Sombra,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const text = await (await sombra.call("GET", "/metrics")).text();
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const series = text
    .split("\n")
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .filter((line) => wanted.every((pair) => line.includes(pair)));
  if (series.length === 0) return Number.NaN;
  return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

/** Tells by how much a metric has grown since. */
export async function growthOf(...metric: Parameters<typeof figure>): Promise<() => Promise<number>> {
  const now = async (): Promise<number> => {
    const value = await figure(...metric);
    return Number.isNaN(value) ? 0 : value;
  };
  const before = await now();
  return async () => (await now()) - before;
}
