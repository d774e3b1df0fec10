import { z } from "zod";
import { ask } from "./ask.ts";
import { foldGroups, kindsText, severityText } from "../../account/index.ts";

const quantiles = z.object({ p50: z.number().nullable(), p95: z.number().nullable() });
const substates = z.record(z.string(), z.number());
const ledgerShape = z.object({
  received: z.number(),
  skipped: substates,
  compared: substates,
  failed: substates,
  pending: z.number(),
});
const groupsShape = z.object({
  groups: z.array(
    z.object({
      signature: z.string(),
      route: z.string(),
      where: z.string(),
      severity: z.string(),
      item_kind: z.string(),
      path: z.string(),
      kind: z.string(),
      change: z.string(),
      count: z.number(),
      items: z.number(),
      in_items: z.number(),
    }),
  ),
});
const routesShape = z.object({
  routes: z.array(
    z.object({
      latency_ms: z.object({ legacy: quantiles, candidate: quantiles }),
      added_latency_ms: quantiles,
      overhead_ms: quantiles,
    }),
  ),
});

export type Group = z.infer<typeof groupsShape>["groups"][number];

export interface ReportOptions {
  readonly say: (line: string) => void;
  /** Calls that came through to the Graph API. */
  readonly released: number;
}

/** Prints what Sombra found, from its admin port, as anybody could ask it. */
export async function report(base: string, { say, released }: ReportOptions): Promise<void> {
  await ledger(base, say);
  await divergences(base, say);
  await latencies(base, say);
  const held = await heldCalls(base);
  say(`\nOutside: ${released} calls of legacy reached the Graph API; ${held} calls of the candidate were held here.`);
}

async function ledger(base: string, say: (line: string) => void): Promise<void> {
  const { received, skipped, compared, failed, pending } = await settledLedger(base);
  const total = (states: Readonly<Record<string, number>>): number => states["total"] ?? 0;
  say("\nLedger: every delivery ends in exactly one state");
  const sum = `skipped ${total(skipped)} + compared ${total(compared)} + failed ${total(failed)} + pending ${pending}`;
  say(`  received ${received} = ${sum}`);
  for (const [name, states] of Object.entries({ skipped, compared, failed })) {
    const words = Object.entries(states).filter(([substate]) => substate !== "total");
    if (words.length > 0) say(`  ${name.padEnd(9)} ${words.map(([substate, n]) => `${substate} ${n}`).join(", ")}`);
  }
}

/** What differs in the same way for several kinds of items is one line here; the page shows each kind. */
async function divergences(base: string, say: (line: string) => void): Promise<void> {
  const groups = await divergencesAt(base);
  say("\nDivergences, grouped by what differs");
  say(`  ${"severity".padEnd(severityWidth)} ${"what".padEnd(32)} items  of which kinds`);
  for (const fold of foldGroups(groups)) {
    const { path, kind } = fold.first;
    const items = fold.groups.reduce((sum, { in_items: found }) => sum + found, 0);
    const what = `${severityText(fold).padEnd(severityWidth)} ${`${path} ${kind}`.padEnd(32)}`;
    say(`  ${what} ${String(items).padStart(5)}  ${kindsText(fold, shownKinds)}`);
  }
  if (groups.length === 0) say("  none");
}

export async function divergencesAt(base: string): Promise<readonly Group[]> {
  return (await ask({ base, path: "/api/divergences", shape: groupsShape })).groups;
}

const shownKinds = 3;
const severityWidth = 17;

async function latencies(base: string, say: (line: string) => void): Promise<void> {
  const { routes } = await ask({ base, path: "/api/routes", shape: routesShape });
  const shown = ({ p50, p95 }: z.infer<typeof quantiles>): string =>
    `${(p50?.toFixed(1) ?? "-").padStart(7)} ${(p95?.toFixed(1) ?? "-").padStart(7)}`;
  for (const route of routes) {
    say("\nLatency in ms        p50     p95");
    say(`  legacy         ${shown(route.latency_ms.legacy)}`);
    say(`  candidate      ${shown(route.latency_ms.candidate)}`);
    say(`  added          ${shown(route.added_latency_ms)}   candidate minus legacy, both called at once`);
    say(`  overhead       ${shown(route.overhead_ms)}   what the proxy adds to the answer`);
  }
}

/** The ledger once nothing is pending; each question makes the data plane hand over its newest counts. */
export async function settledLedger(base: string): Promise<z.infer<typeof ledgerShape>> {
  const until = Date.now() + 15_000;
  for (;;) {
    const found = await ask({ base, path: "/api/ledger", shape: ledgerShape });
    if (found.pending === 0 || Date.now() > until) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What became of calls, by `side fate`, and how often several deliveries were `overlapping`. */
export async function attributed(base: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const { labels, value } of await figures(base, "sombra_effects_attributed_total")) {
    const key = `${labels.get("side")} ${labels.get("fate")}`;
    found.set(key, (found.get(key) ?? 0) + value);
  }
  for (const { value } of await figures(base, "sombra_effects_overlapping_total")) found.set("overlapping", value);
  return found;
}

async function heldCalls(base: string): Promise<number> {
  return (await figures(base, "sombra_effects_total"))
    .filter(({ labels }) => labels.get("side") === "candidate" && labels.get("disposition") === "held")
    .reduce((sum, { value }) => sum + value, 0);
}

interface Figure {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** The series of a metric, from the Prometheus text. */
async function figures(base: string, name: string): Promise<readonly Figure[]> {
  const text = await (await fetch(new URL("/metrics", base))).text();
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => ({
      labels: new Map([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = "", value = ""]) => [label, value])),
      value: Number(line.slice(line.lastIndexOf(" "))),
    }));
}
