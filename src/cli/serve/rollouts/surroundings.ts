import type { AccountReads } from "../../../account/index.ts";
import { blockingIncidents, type FlagsInForce } from "../../../admin/index.ts";
import type { Surroundings } from "../../../rollout/index.ts";
import type { Coverage } from "./coverage.ts";
import { declaredOnAll } from "./declared.ts";
import { stateOf } from "./ports.ts";
import type { Sign } from "./signs.ts";

export interface SurroundingsDeps {
  readonly known: () => FlagsInForce;
  /** Names of those that an `enabled` flag moves. */
  readonly routesOf: (flag: string) => readonly string[];
  readonly account: Pick<AccountReads, "ledger">;
  /** Of a flag. */
  readonly coverage: (flag: string) => Coverage;
  /** Of every instance, this one first. */
  readonly signs: () => readonly Sign[];
  /** Why signs cannot be had; null: they can. */
  readonly signsProblem: () => string | null;
  readonly telemetry: () => boolean | null;
}

/** What a rollout of that flag goes by beside its evidence. */
export async function surroundingsOf(flag: string, deps: SurroundingsDeps): Promise<Surroundings> {
  const now = deps.known();
  const { store } = now;
  const signs = deps.signs();
  const routes = deps.routesOf(flag);
  const sensitivities = signs.flatMap(({ sensitivity }) => routes.flatMap((route) => sensitivity[route] ?? []));
  const problem = store.up && !store.writable ? `it takes no writes: ${store.problem}` : store.problem;
  return {
    flags: stateOf(now),
    sensitivity: sensitivities.length === 0 ? null : Math.min(...sensitivities),
    coverage: await coverageOf(flag, deps),
    store: { up: store.up && store.writable, problem },
    telemetry: { delivered: deps.telemetry() },
    instances: signs.length,
    decidedAlike: deps.signsProblem() === null ? alike(signs) : null,
    events: declaredOnAll(signs.map(({ events }) => events)),
    alarms: [...new Set(signs.flatMap(({ alarms }) => alarms))].toSorted(),
    incidents: blockingIncidents(now.state.documents),
    killed: now.snapshot.killed,
  };
}

/** A ledger that cannot be read keeps nobody from going back. */
async function coverageOf(flag: string, { account, coverage, routesOf }: SurroundingsDeps): Promise<number | null> {
  try {
    return coverage(flag).of(await Promise.all(routesOf(flag).map((route) => account.ledger(route))));
  } catch {
    return null;
  }
}

/** Whether instances of one version of the flags decide alike; null: they have not all come to the same version, or not all said. */
export function alike(signs: readonly Sign[]): boolean | null {
  const [own, ...others] = signs;
  if (own === undefined || others.some(({ version }) => version !== own.version)) return null;
  const flags = new Set(signs.flatMap(({ decided }) => Object.keys(decided)));
  if (signs.some(({ decided }) => Object.keys(decided).length < flags.size)) return null;
  const said = new Set(
    signs.map(({ decided }) => JSON.stringify(Object.entries(decided).toSorted(([a], [b]) => a.localeCompare(b)))),
  );
  return said.size === 1;
}
