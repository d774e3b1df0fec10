import type { Clock } from "../lib/clock.ts";
import { Chain, type Linked } from "./chain.ts";

/** For whom a call is; null: nobody knows, it is in no lane. */
export type Shoppers = readonly (string | null)[];

/** A call's place in the lanes of its shoppers. */
export interface Place {
  /** From entering to being first in all its lanes. */
  readonly waitedMs: number;
  /** It was its turn only because something before it had been overtaken, and was still under way then. */
  readonly uncertain: boolean;
  /** The call is over, or is not going to be made: whoever still waits is not told. May be said twice. */
  leave(): void;
}

/** Told once, when it is the call's turn: at once, or from within whatever made room. Must not throw. */
export type Ready = (place: Place) => void;

/** Whom a call belongs to. */
export interface CallOwner {
  /** It is first in all its lanes. */
  started(call: Call): void;
  leave(call: Call): void;
}

export class Call implements Place, Linked<Call> {
  before: Call | null = null;
  behind: Call | null = null;
  state: "new" | "waiting" | "started" | "overtaken" | "over" = "new";
  /** When it began to wait; from its start on, when it started. */
  sinceMs = 0;
  waitedMs = 0;
  uncertain = false;
  /** Its places in its lanes. Empty before it enters them, and when it is over. */
  spots: Spot[] = [];
  /** Lanes in which it is not first. */
  lanesToGo = 0;
  /** Null once it has been told, or is not going to be. */
  ready: Ready | null;
  /** Of its ticket. */
  readonly number: number;
  readonly shoppers: Shoppers;
  readonly #owner: CallOwner;

  constructor(owner: CallOwner, of: { readonly number: number; readonly shoppers: Shoppers; readonly ready: Ready }) {
    this.#owner = owner;
    this.number = of.number;
    this.shoppers = of.shoppers;
    this.ready = of.ready;
  }

  leave(): void {
    this.#owner.leave(this);
  }
}

/** A shopper's calls, first the one whose turn it is. */
class ShopperLane extends Chain<Spot> {
  readonly shopper: string;
  /** Calls that were overtaken here and are still under way. */
  overtaken = 0;

  constructor(shopper: string) {
    super();
    this.shopper = shopper;
  }
}

/** A call in one of its lanes. */
class Spot implements Linked<Spot> {
  before: Spot | null = null;
  behind: Spot | null = null;
  readonly call: Call;
  readonly lane: ShopperLane;

  constructor(call: Call, lane: ShopperLane) {
    this.call = call;
    this.lane = lane;
  }
}

/**
 * Who comes after whom: a lane for every shopper with calls, which a call enters at the end of. A call enters all its lanes
 * at once, so that no two can wait for each other.
 */
export class Lanes {
  readonly #clock: Clock;
  readonly #owner: Pick<CallOwner, "started">;
  readonly #lanes = new Map<string, ShopperLane>();
  /** Calls whose turn it is, the longest under way first: each is first in all its lanes. */
  readonly #started = new Chain<Call>();

  constructor(owner: Pick<CallOwner, "started">, clock: Clock) {
    this.#owner = owner;
    this.#clock = clock;
  }

  get size(): number {
    return this.#lanes.size;
  }

  /** When the one started that has been in front for longest. */
  get oldestMs(): number | undefined {
    return this.#started.first?.sinceMs;
  }

  /** Whether a call for them would be first in all its lanes. */
  areFree(shoppers: Shoppers): boolean {
    for (const shopper of shoppers) {
      if (shopper !== null && (this.#lanes.get(shopper)?.first ?? null) !== null) return false;
    }
    return true;
  }

  enter(call: Call): void {
    for (const shopper of call.shoppers) {
      if (shopper === null) continue;
      const lane = this.#laneOf(shopper);
      // A shopper named twice.
      if (lane.last?.call === call) continue;
      if (lane.first !== null) call.lanesToGo += 1;
      const spot = new Spot(call, lane);
      lane.add(spot);
      call.spots.push(spot);
    }
    if (call.lanesToGo === 0) this.#start(call);
  }

  /** The call is over, whatever it was at. */
  leave(call: Call): void {
    if (call.state === "started") this.#started.remove(call);
    if (call.state === "overtaken") {
      for (const { lane } of call.spots) {
        lane.overtaken -= 1;
        this.#dropIdle(lane);
      }
    } else this.#vacate(call);
    call.spots = [];
    call.state = "over";
  }

  /** What has been in front since then or longer lets the others by. */
  overtake(sinceMs: number): void {
    for (let call = this.#started.first; call !== null && call.sinceMs <= sinceMs; call = this.#started.first) {
      this.#started.remove(call);
      call.state = "overtaken";
      for (const { lane } of call.spots) lane.overtaken += 1;
      this.#vacate(call);
    }
  }

  #laneOf(shopper: string): ShopperLane {
    const known = this.#lanes.get(shopper);
    if (known !== undefined) return known;
    const lane = new ShopperLane(shopper);
    this.#lanes.set(shopper, lane);
    return lane;
  }

  #start(call: Call): void {
    const nowMs = this.#clock();
    if (call.state === "waiting") call.waitedMs = nowMs - call.sinceMs;
    call.sinceMs = nowMs;
    call.uncertain ||= call.spots.some(({ lane }) => lane.overtaken > 0);
    this.#owner.started(call);
    call.state = "started";
    this.#started.add(call);
  }

  /** Takes a call out of its lanes. Those that are first then, and nowhere else behind, start. */
  #vacate(call: Call): void {
    for (const spot of call.spots) {
      const { lane } = spot;
      const wasFirst = lane.first === spot;
      lane.remove(spot);
      const next = lane.first?.call;
      if (next === undefined) this.#dropIdle(lane);
      else if (wasFirst) {
        next.lanesToGo -= 1;
        if (next.lanesToGo === 0) this.#start(next);
      }
    }
  }

  #dropIdle(lane: ShopperLane): void {
    if (lane.first === null && lane.overtaken === 0) this.#lanes.delete(lane.shopper);
  }
}
