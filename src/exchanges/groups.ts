import type { Clock } from "../lib/clock.ts";
import type { Effect } from "../model/index.ts";
import { Chain } from "./chain.ts";
import { DueHeap } from "./due-heap.ts";
import type { Exchange } from "./exchange.ts";
import { Group, type Member, type SettleBounds, type Spot } from "./group.ts";

/** The exchanges whose effects are waited for; nothing is kept of one that has neither an effect nor its answers. */
export class Groups {
  readonly #bounds: (route: string) => SettleBounds;
  readonly #clock: Clock;
  readonly #members = new Map<string, Member>();
  /** In the order in which they began. */
  readonly #all = new Chain<Group>();
  readonly #due = new DueHeap<Group>();
  /** Effects kept. */
  #effects = 0;

  constructor(bounds: (route: string) => SettleBounds, clock: Clock) {
    this.#bounds = bounds;
    this.#clock = clock;
  }

  get size(): number {
    return this.#members.size + this.#effects;
  }

  get oldest(): Group | null {
    return this.#all.first;
  }

  /** The one to be looked at first. */
  get next(): Group | null {
    return this.#due.first;
  }

  get(exchange: string): Member | undefined {
    // Mostly nothing is waited for, and a name that nobody has looked up is slow to look up.
    return this.#members.size === 0 ? undefined : this.#members.get(exchange);
  }

  /** A group of its own where it is in none. */
  join(exchange: Exchange): Member {
    const there = this.#members.get(exchange.exchange);
    if (there !== undefined) return there;
    const group = new Group();
    this.#all.append(group);
    const member = group.join(exchange, this.#bounds(exchange.route));
    this.#members.set(exchange.exchange, member);
    return member;
  }

  answered(member: Member): void {
    member.group.answered(member, this.#clock(), this.#bounds(member.exchange.route));
    this.queue(member.group);
  }

  /** Makes one group of those of all these, save of what is full. Gives back the one that goes on. */
  tie(members: readonly Member[]): Group | null {
    const nowMs = this.#clock();
    const groups = [...new Set(members.map(({ group }) => group))];
    const [target = null, ...others] = groups.toSorted(
      (one, two) => Number(one.isFull(nowMs)) - Number(two.isFull(nowMs)),
    );
    for (const group of others) {
      if (target === null) break;
      target.overlapping = true;
      group.overlapping = true;
      if (!target.takes(group, nowMs)) continue;
      target.merge(group);
      this.#due.remove(group);
      this.#all.remove(group);
    }
    return target;
  }

  /** Whether there was room. */
  add(effect: Effect, spot: Spot): boolean {
    const { group } = spot.member;
    const added = group.add(effect, spot, this.#clock());
    if (added) this.#effects += 1;
    this.queue(group);
    return added;
  }

  /** Something of it has changed. */
  queue(group: Group): void {
    const { nextMs } = group;
    if (nextMs === null) this.#due.remove(group);
    else this.#due.put(group, nextMs);
  }

  drop(group: Group): void {
    this.#due.remove(group);
    this.#all.remove(group);
    this.#effects -= group.effects;
    for (const { exchange } of group.members) this.#members.delete(exchange.exchange);
  }
}
