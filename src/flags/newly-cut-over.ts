import { asIs, pt, say, type Sentence } from "../lib/sentence.ts";
import type { RouteFlags } from "../model/index.ts";
import { BUCKETS } from "./bucket.ts";
import type { CompiledFlag } from "./compile.ts";
import { settle, settleFailOn } from "./decide.ts";
import { decideMode, modeOf } from "./mode.ts";
import { isFailOn, type FlagRole } from "./roles.ts";
import { NOBODY, type ShopperTable } from "./shopper-list.ts";
import { createSnapshot, type Snapshot } from "./snapshot.ts";

/** Flags in force, by key. */
export type InForce = ReadonlyMap<string, CompiledFlag>;

/** What is in force before and after a write. */
export interface Step<State> {
  readonly before: State;
  readonly after: State;
}

/** Shoppers that a step does something to. */
export interface Reached {
  /** 0 to 1, of the shoppers that no list names. */
  readonly ratio: number;
  /** Shoppers that lists name. */
  readonly named: number;
}

const ROLES = ["enabled", "shadow", "dualRun"] as const;

/** In no list: no member is empty. */
const UNLISTED = "";

/** Whom a step cuts over; null: nobody who was not before. Counts through every list where a flag of the route has changed. */
export function newlyCutOver({ before, after }: Step<InForce>, route: RouteFlags): Reached | null {
  if (ROLES.every((role) => isSame(before.get(route[role]), after.get(route[role])))) return null;
  const [rulesBefore, rulesAfter] = [rulesOf(before, route), rulesOf(after, route)];
  const ratio = ratioOf(axesOf([...rulesBefore, ...rulesAfter]), (at) => {
    return isCutOver(rulesAfter, at) && !isCutOver(rulesBefore, at);
  });
  const named = namedCutOver({ before, after }, route);
  return ratio > 0 || named > 0 ? { ratio, named } : null;
}

/** For whom shadow and dual-run flag are both off: who is cut over once `enabled` is on. */
export function offForBoth(flags: InForce, route: RouteFlags): Reached | null {
  const leader = flags.get(route.enabled);
  if (leader === undefined) return null;
  const lists = { denylist: NOBODY, forceOn: NOBODY, allowlist: null, audience: null };
  const on = { ...leader, ...lists, enabled: true, milliPercent: null };
  return newlyCutOver({ before: new Map(), after: new Map([...flags, [route.enabled, on]]) }, route);
}

export function describeCutOver({ ratio, named }: Reached): Sentence {
  const percent = Math.round(ratio * BUCKETS) / 1000;
  const share = say(
    `${percent > 0 ? percent : "less than 0.001"} % of the shoppers`,
    `${percent > 0 ? pt.figure(percent) : "menos de 0,001"} % dos shoppers`,
  );
  const listed =
    named === 1
      ? say("1 shopper that a list names", "1 shopper que uma lista nomeia")
      : say(`${named} shoppers that lists name`, `${named} shoppers que listas nomeiam`);
  if (ratio === 0) return named === 0 ? asIs("") : listed;
  return named === 0 ? share : say(`${share.text} and ${listed.text}`, `${share.pt} e ${listed.pt}`);
}

function isSame(one: CompiledFlag | undefined, other: CompiledFlag | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const { key: _key, version: _version, source: _source, settings: _settings, ...deciding } = one;
  const theirs: Readonly<Record<string, unknown>> = { ...other };
  // Tables that did not change are the same tables.
  return Object.entries(deciding).every(([name, value]) => theirs[name] === value);
}

/** What a flag says to whom no list names: the same to all, or on in the buckets below a threshold. */
export type Rule = boolean | { readonly space: string; readonly below: number };

type Rules = readonly [enabled: Rule, shadow: Rule, dualRun: Rule];

function rulesOf(flags: InForce, route: RouteFlags): Rules {
  const of = (role: (typeof ROLES)[number]): Rule =>
    ruleOf(flags, route[role], { failOn: isFailOn(role), leader: route.enabled });
  return [of("enabled"), of("shadow"), of("dualRun")];
}

export function ruleOf(flags: InForce, key: string, { failOn, leader }: FlagRole): Rule {
  const flag = flags.get(key);
  if (flag === undefined) return failOn;
  const settled = failOn ? settleFailOn(flag, UNLISTED) : settle(flag, UNLISTED);
  return settled?.value ?? { space: spaceOf(flag, flags, leader), below: flag.milliPercent ?? 0 };
}

/** Shoppers have one bucket in each space; those of two spaces have nothing to do with each other. */
function spaceOf(flag: CompiledFlag, flags: InForce, leader: string): string {
  const { bucketing, salt } = flag.sharesBucket ? (flags.get(leader) ?? flag) : flag;
  return bucketing === "md5" ? "md5" : `murmur3:${salt}`;
}

/** The bounds, from 0 on, between which no rule of a space changes. */
interface Axis {
  readonly space: string;
  readonly bounds: readonly number[];
}

export function axesOf(rules: readonly Rule[]): readonly Axis[] {
  const thresholds = rules.flatMap((rule) => (typeof rule === "boolean" ? [] : [rule]));
  return [...Map.groupBy(thresholds, ({ space }) => space)].map(([space, ones]) => {
    const bounds = new Set([0, ...ones.map(({ below }) => below).filter((below) => below < BUCKETS)]);
    return { space, bounds: [...bounds].toSorted((a, b) => a - b) };
  });
}

type Buckets = ReadonlyMap<string, number>;

/** The share of shoppers whose buckets fit, cell by cell of the spaces' product. */
export function ratioOf(axes: readonly Axis[], fits: (at: Buckets) => boolean, at: Buckets = new Map()): number {
  const [axis, ...rest] = axes;
  if (axis === undefined) return fits(at) ? 1 : 0;
  return axis.bounds.reduce((sum, from, index) => {
    const to = axis.bounds[index + 1] ?? BUCKETS;
    return sum + ((to - from) / BUCKETS) * ratioOf(rest, fits, new Map([...at, [axis.space, from]]));
  }, 0);
}

function isCutOver([enabled, shadow, dualRun]: Rules, at: Buckets): boolean {
  return modeOf(holds(enabled, at), holds(shadow, at), holds(dualRun, at)) === "cutover";
}

export function holds(rule: Rule, at: Buckets): boolean {
  return typeof rule === "boolean" ? rule : (at.get(rule.space) ?? 0) < rule.below;
}

function namedCutOver({ before, after }: Step<InForce>, route: RouteFlags): number {
  const [snapshotBefore, snapshotAfter] = [snapshotOf(before, route), snapshotOf(after, route)];
  const isNew = (shopper: string): boolean =>
    decideMode(snapshotAfter, route, shopper).mode === "cutover" &&
    decideMode(snapshotBefore, route, shopper).mode !== "cutover";
  const tables = [
    ...new Set([before, after].flatMap((flags) => ROLES.flatMap((role) => tablesOf(flags.get(route[role]))))),
  ];
  let named = 0;
  for (const [index, table] of tables.entries()) {
    const earlier = tables.slice(0, index);
    for (const shopper of table.members()) {
      if (!earlier.some((other) => other.has(shopper)) && isNew(shopper)) named += 1;
    }
  }
  return named;
}

export function tablesOf(flag: CompiledFlag | undefined): readonly ShopperTable[] {
  const { denylist, forceOn, allowlist = null, audience = null } = flag ?? {};
  return [denylist ?? NOBODY, forceOn ?? NOBODY, allowlist ?? NOBODY, audience ?? NOBODY];
}

function snapshotOf(flags: InForce, route: RouteFlags): Snapshot {
  const parts = { version: 0, killed: false, source: "code", forceOff: [] } as const;
  return createSnapshot({ ...parts, flags: flags.values(), routes: [route] });
}
