import { markSet, slotMs, type Population } from "../account/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { createCells, type CellMarks } from "./cells.ts";
import type { Group } from "./crowd.ts";
import type { Gathering, SimulatedEvidence } from "./evidence.ts";
import { kindsOf, type Kind, type Kinds, type Limits } from "./kinds.ts";
import type { Random } from "./random.ts";
import { usually } from "./usually.ts";

/** Counted over all lanes. */
export interface Served {
  items: number;
  /** That the candidate answered, and those of them that it failed. */
  candidate: number;
  bad: number;
  /** Items at which the candidate did worse than legacy: those that it answered, and those that were compared. */
  worseServed: number;
  worseSeen: number;
}

/** What a while is like. */
export interface While {
  readonly behaviour: Behaviour;
  readonly limits: Limits;
  /** Of all shoppers together. */
  readonly itemsPerHour: number;
}

/** Shoppers who are decided for alike, in one stay. */
export interface Lane {
  /** What comes from here on is like this. */
  begin(atMs: number, now: While): void;
  /** How many items come that the fast lane looks for, on average. */
  alarming(ms: number): number;
  /** So many of them. */
  alarms(atMs: number, count: number): void;
  /** Everything else that comes in so long. */
  usual(atMs: number, ms: number): void;
}

interface LaneDeps {
  readonly random: Random;
  readonly evidence: SimulatedEvidence;
  readonly served: Served;
}

interface Of {
  readonly items: number;
  readonly all: number;
  readonly before: CellMarks;
}

const unmarked: CellMarks = { answer: 0, pair: 0 };

const hourMs = 3_600_000;
const failed = markSet("failed");

/** So many of a stay are timed each by itself; then one stands for all of its while. */
const TIMED = 1_000;

export function createLane(
  group: Group,
  { name: route, scope, shed }: { readonly name: string; readonly scope: string; readonly shed: boolean },
  { random, evidence, served }: LaneDeps,
): Lane {
  const isCutover = group.mode === "cutover";
  const isPaired = !shed && (isCutover ? group.reverseShadow : group.mode !== "legacy");
  const decided = isPaired || isCutover ? { ...group, reverseShadow: isPaired } : { ...group, mode: "legacy" as const };
  const versions = { legacyVersion: "1", candidateVersion: "2", rules: "" };
  const to = (population: Population): Gathering => evidence.to({ scope, route, population, ...versions });
  const answered = to(isCutover ? "served-candidate" : "served-legacy");
  const heldOut = isCutover || isPaired ? null : to("held-out");
  const pairs = isPaired ? to("pairs") : null;

  let now: While | null = null;
  let kinds: Kinds | null = null;
  let chances = { alarming: 0, others: 0 };
  let perMs = 0;
  let slot = -1;
  const cells = createCells(group.shoppers);
  /** Different shoppers in this stay. */
  let met = 0;
  let timed = 0;

  const tell = (kind: Kind, items: number): void => {
    served.items += items;
    if (isCutover) served.candidate += items;
    if (isCutover && (kind.answer & failed) !== 0) served.bad += items;
    if (kind.bad && isCutover) served.worseServed += items;
    if (kind.bad && isPaired) served.worseSeen += items;
  };

  /** So many items, and so many cells which had these marks before. */
  const count = (atMs: number, kind: Kind, { items, all, before }: Of): void => {
    tell(kind, items);
    const own = { set: kind.answer, count: items };
    const fresh = { set: kind.answer & ~before.answer, count: all };
    answered.count(atMs, own, fresh);
    heldOut?.count(atMs, own, fresh);
    pairs?.count(atMs, { set: kind.pair, count: items }, { set: kind.pair & ~before.pair, count: all });
  };

  /** So many of those that were not there before in these ten minutes. */
  const meet = (fresh: number, unseen: number): void => {
    const strangers = unseen === 0 ? 0 : random.binomial(fresh, (group.shoppers - met) / unseen);
    met += strangers;
    for (const stream of [answered, heldOut, pairs]) stream?.met(strangers);
  };

  const oneOf = (atMs: number, kind: Kind, plain: Kind): void => {
    const unseen = cells.unseen();
    const before = cells.mark(Math.floor(random.next() * group.shoppers), kind, plain);
    if (before === null) meet(1, unseen);
    count(atMs, kind, { items: 1, all: 1, before: before ?? unmarked });
  };

  const many = (atMs: number, of: "alarming" | "others", items: number): void => {
    if (kinds === null) return;
    const { plain, [of]: some } = kinds;
    for (let item = 0; item < items; item += 1) {
      let left = random.next() * chances[of];
      const kind = some.find(({ chance }) => (left -= chance) < 0) ?? some[0];
      if (kind !== undefined) oneOf(atMs, kind, plain);
    }
  };

  const time = (items: number): void => {
    const each = timed < TIMED ? Math.min(items, TIMED) : 1;
    timed += items;
    for (let one = 0; one < each; one += 1) timeOne(Math.floor((items + one) / each));
  };

  const timeOne = (weight: number): void => {
    if (now === null) return;
    const { legacyMs, addedMs, spread } = now.behaviour;
    const legacy = random.time(legacyMs, spread);
    const added = random.time(addedMs, spread);
    answered.took(isCutover ? "candidate" : "legacy", isCutover ? legacy + added : legacy, weight);
    heldOut?.took("legacy", legacy, weight);
    pairs?.took("legacy", legacy, weight);
    pairs?.took("candidate", legacy + added, weight);
    if (group.mode === "dual-run") pairs?.took("added", added, weight);
  };

  return {
    begin(atMs, next) {
      if (kinds === null || now === null || !isAlike(now, next)) {
        kinds = kindsOf(next.behaviour, next.limits, decided);
        chances = { alarming: chanceOf(kinds.alarming), others: chanceOf(kinds.others) };
      }
      now = next;
      perMs = (next.itemsPerHour * group.share) / hourMs;
      if (Math.floor(atMs / slotMs) === slot) return;
      slot = Math.floor(atMs / slotMs);
      cells.clear();
    },
    alarming: (ms) => perMs * ms * chances.alarming,
    alarms: (atMs, items) => many(atMs, "alarming", items),
    usual(atMs, ms) {
      if (kinds === null || ms <= 0) return;
      const others = random.poisson(perMs * ms * chances.others);
      many(atMs, "others", others);
      const [seen, unseen] = [cells.seen(), cells.unseen()];
      const mean = (perMs * ms * kinds.plain.chance) / group.shoppers;
      const { fresh, items } = usually(random, { unseen, seen, mean });
      meet(fresh, unseen);
      cells.meet(fresh);
      if (items > 0) count(atMs, kinds.plain, { items, all: fresh, before: unmarked });
      if (items + others > 0) time(items + others);
    },
  };
}

/** What happens in both is of the same kinds. */
function isAlike({ behaviour, limits }: While, other: While): boolean {
  const { slowMs, lateMs, overMs } = other.limits;
  const isSame = limits.slowMs === slowMs && limits.lateMs === lateMs && limits.overMs === overMs;
  return isSame && behaviour === other.behaviour;
}

function chanceOf(kinds: readonly Kind[]): number {
  return kinds.reduce((sum, { chance }) => sum + chance, 0);
}
