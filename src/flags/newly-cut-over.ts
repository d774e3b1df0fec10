import type { RouteFlags } from "../model/index.ts";
import { BUCKETS } from "./bucket.ts";
import type { CompiledFlag } from "./compile.ts";
import { settle, settleFailOn } from "./decide.ts";
import { decideMode, modeOf } from "./mode.ts";
import { isFailOn } from "./roles.ts";
import { NOBODY, type ShopperTable } from "./shopper-list.ts";
import { createSnapshot, type Snapshot } from "./snapshot.ts";

/** Flags in force, by key. */
export type InForce = ReadonlyMap<string, CompiledFlag>;

/** What is in force before and after a write. */
export interface Step<State> {
  readonly before: State;
  readonly after: State;
}

/** Shoppers that are cut over and were not. */
export interface CutOver {
  /** 0 to 1, of the shoppers that no list names. */
  readonly ratio: number;
  /** Shoppers that lists name. */
  readonly named: number;
}

const ROLES = ["enabled", "shadow", "dualRun"] as const;

/** In no list: no member is empty. */
const UNLISTED = "";

/** Whom a step cuts over; null: nobody who was not before. Counts through every list where a flag of the route has changed. */
export function newlyCutOver({ before, after }: Step<InForce>, route: RouteFlags): CutOver | null {
  if (ROLES.every((role) => isSame(before.get(route[role]), after.get(route[role])))) return null;
  const [rulesBefore, rulesAfter] = [rulesOf(before, route), rulesOf(after, route)];
  const ratio = ratioOf(axesOf([...rulesBefore, ...rulesAfter]), (at) => {
    return isCutOver(rulesAfter, at) && !isCutOver(rulesBefore, at);
  });
  const named = namedCutOver({ before, after }, route);
  return ratio > 0 || named > 0 ? { ratio, named } : null;
}

/** For whom shadow and dual-run flag are both off: who is cut over once `enabled` is on. */
export function offForBoth(flags: InForce, route: RouteFlags): CutOver | null {
  const leader = flags.get(route.enabled);
  if (leader === undefined) return null;
  const lists = { denylist: NOBODY, forceOn: NOBODY, allowlist: null, audience: null };
  const on = { ...leader, ...lists, enabled: true, milliPercent: null };
  return newlyCutOver({ before: new Map(), after: new Map([...flags, [route.enabled, on]]) }, route);
}

export function describeCutOver({ ratio, named }: CutOver): string {
  const percent = Math.round(ratio * BUCKETS) / 1000;
  const share = `${percent > 0 ? percent : "less than 0.001"} % of the shoppers`;
  const listed = named === 1 ? "1 shopper that a list names" : `${named} shoppers that lists name`;
  return [...(ratio > 0 ? [share] : []), ...(named > 0 ? [listed] : [])].join(" and ");
}

function isSame(one: CompiledFlag | undefined, other: CompiledFlag | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const { key: _key, version: _version, source: _source, settings: _settings, ...deciding } = one;
  const theirs: Readonly<Record<string, unknown>> = { ...other };
  // Tables that did not change are the same tables.
  return Object.entries(deciding).every(([name, value]) => theirs[name] === value);
}

/** What a flag says to whom no list names: the same to all, or on in the buckets below a threshold. */
type Rule = boolean | { readonly space: string; readonly below: number };

type Rules = readonly [enabled: Rule, shadow: Rule, dualRun: Rule];

function rulesOf(flags: InForce, route: RouteFlags): Rules {
  const ruleOf = (role: (typeof ROLES)[number]): Rule => {
    const failOn = isFailOn(role);
    const flag = flags.get(route[role]);
    if (flag === undefined) return failOn;
    const settled = failOn ? settleFailOn(flag, UNLISTED) : settle(flag, UNLISTED);
    return settled?.value ?? { space: spaceOf(flag, flags, route), below: flag.milliPercent ?? 0 };
  };
  return [ruleOf("enabled"), ruleOf("shadow"), ruleOf("dualRun")];
}

/** Shoppers have one bucket in each space; those of two spaces have nothing to do with each other. */
function spaceOf(flag: CompiledFlag, flags: InForce, { enabled }: RouteFlags): string {
  const { bucketing, salt } = flag.sharesBucket ? (flags.get(enabled) ?? flag) : flag;
  return bucketing === "md5" ? "md5" : `murmur3:${salt}`;
}

/** The bounds, from 0 on, between which no rule of a space changes. */
interface Axis {
  readonly space: string;
  readonly bounds: readonly number[];
}

function axesOf(rules: readonly Rule[]): readonly Axis[] {
  const thresholds = rules.flatMap((rule) => (typeof rule === "boolean" ? [] : [rule]));
  return [...Map.groupBy(thresholds, ({ space }) => space)].map(([space, ones]) => {
    const bounds = new Set([0, ...ones.map(({ below }) => below).filter((below) => below < BUCKETS)]);
    return { space, bounds: [...bounds].toSorted((a, b) => a - b) };
  });
}

type Buckets = ReadonlyMap<string, number>;

/** The share of shoppers whose buckets fit, cell by cell of the spaces' product. */
function ratioOf(axes: readonly Axis[], fits: (at: Buckets) => boolean, at: Buckets = new Map()): number {
  const [axis, ...rest] = axes;
  if (axis === undefined) return fits(at) ? 1 : 0;
  return axis.bounds.reduce((sum, from, index) => {
    const to = axis.bounds[index + 1] ?? BUCKETS;
    return sum + ((to - from) / BUCKETS) * ratioOf(rest, fits, new Map([...at, [axis.space, from]]));
  }, 0);
}

function isCutOver([enabled, shadow, dualRun]: Rules, at: Buckets): boolean {
  const value = (rule: Rule): boolean => (typeof rule === "boolean" ? rule : (at.get(rule.space) ?? 0) < rule.below);
  return modeOf(value(enabled), value(shadow), value(dualRun)) === "cutover";
}

function namedCutOver({ before, after }: Step<InForce>, route: RouteFlags): number {
  const [snapshotBefore, snapshotAfter] = [snapshotOf(before, route), snapshotOf(after, route)];
  const isNew = (shopper: string): boolean =>
    decideMode(snapshotAfter, route, shopper).mode === "cutover" &&
    decideMode(snapshotBefore, route, shopper).mode !== "cutover";
  const tables = [...new Set([...tablesOf(before, route), ...tablesOf(after, route)])];
  let named = 0;
  for (const [index, table] of tables.entries()) {
    const earlier = tables.slice(0, index);
    for (const shopper of table.members()) {
      if (!earlier.some((other) => other.has(shopper)) && isNew(shopper)) named += 1;
    }
  }
  return named;
}

function tablesOf(flags: InForce, route: RouteFlags): readonly ShopperTable[] {
  return ROLES.flatMap((role) => {
    const { denylist, forceOn, allowlist = null, audience = null } = flags.get(route[role]) ?? {};
    return [denylist ?? NOBODY, forceOn ?? NOBODY, allowlist ?? NOBODY, audience ?? NOBODY];
  });
}

function snapshotOf(flags: InForce, route: RouteFlags): Snapshot {
  const parts = { version: 0, killed: false, source: "code", forceOff: [] } as const;
  return createSnapshot({ ...parts, flags: flags.values(), routes: [route] });
}
