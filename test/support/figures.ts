import type { LedgerAnswer, Sombra } from "./sombra.ts";

/** The ledger once so many items were received and none is pending. */
export function settled(sombra: Sombra, received: number): Promise<LedgerAnswer> {
  return sombra.until<LedgerAnswer>("/api/ledger", (ledger) => ledger.received === received && ledger.pending === 0);
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
