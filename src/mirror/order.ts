import type { Clock } from "../lib/clock.ts";
import { Chain, type Linked } from "./chain.ts";
import { Call, Lanes, type CallOwner, type Place, type Ready, type Shoppers } from "./lanes.ts";

export interface OrderOptions {
  /** What is in front for this long no longer holds up what is behind it. Above 0. */
  readonly timeoutMs: number;
  /** Calls that may wait for their turn at a time. */
  readonly maxWaiting: number;
}

/** A delivery's place in time, held until `close`. */
export interface Ticket {
  /**
   * A call for these shoppers. Null: too many wait already, and `ready` is not going to be told. The list is kept, not
   * copied.
   */
  enter(shoppers: Shoppers, ready: Ready): Place | null;
  /** All its calls have entered: what came later need not wait to learn whose it is. May be said twice. */
  close(): void;
}

/**
 * The order in which one route's calls reach the candidate: those of one shopper one after the other, as their deliveries
 * came; those of different shoppers side by side.
 */
export interface Order {
  /** To be called when a delivery's body is complete, before it is known whose it is. */
  arrive(): Ticket;
  /** Calls waiting for their turn. */
  readonly waiting: number;
  /** Shoppers with a call that waits or is under way. */
  readonly busy: number;
}

export function createOrder(options: OrderOptions, clock: Clock): Order {
  return new Arrivals(options, clock);
}

const nobody: readonly Call[] = [];

class Arrival implements Ticket, Linked<Arrival> {
  before: Arrival | null = null;
  behind: Arrival | null = null;
  /** `late`: it took so long that what came after it went on. */
  state: "open" | "late" | "closed" = "open";
  /** Calls that enter their lanes once no earlier ticket is open. */
  barred: readonly Call[] = nobody;
  readonly number: number;
  readonly sinceMs: number;
  readonly #arrivals: Arrivals;

  constructor(arrivals: Arrivals, number: number, sinceMs: number) {
    this.#arrivals = arrivals;
    this.number = number;
    this.sinceMs = sinceMs;
  }

  enter(shoppers: Shoppers, ready: Ready): Place | null {
    return this.#arrivals.enter(this, new Call(this.#arrivals, { number: this.number, shoppers, ready }));
  }

  close(): void {
    this.#arrivals.close(this);
  }
}

/** Has calls enter their lanes in the order of their tickets, which makes every lane one queue in the order of time. */
class Arrivals implements Order, CallOwner {
  waiting = 0;
  readonly #options: OrderOptions;
  readonly #clock: Clock;
  readonly #lanes: Lanes;
  /** Tickets in the order of time. The first is open, and the only one whose calls enter lanes. */
  readonly #queue = new Chain<Arrival>();
  /** Tickets that are late and not closed yet, in the order of time. */
  readonly #late: Arrival[] = [];
  /** Calls that have started and are about to be told. */
  readonly #due: Call[] = [];
  /** Calls that wait for tickets. The others that wait are in lanes. */
  #barred = 0;
  #telling = false;
  #arrived = 0;
  #timer: NodeJS.Timeout | null = null;
  /** When it wakes. */
  #timerMs = 0;

  constructor(options: OrderOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#lanes = new Lanes(this, clock);
  }

  get busy(): number {
    return this.#lanes.size;
  }

  arrive(): Ticket {
    this.#arrived += 1;
    const arrival = new Arrival(this, this.#arrived, this.#clock());
    this.#queue.add(arrival);
    return arrival;
  }

  enter(arrival: Arrival, call: Call): Place | null {
    const barred = this.#isBarred(arrival, call);
    if (!barred && this.#lanes.areFree(call.shoppers)) this.#letIn(arrival, call);
    else {
      this.#putOff(arrival, call, barred);
      if (call.state === "waiting" && this.waiting > this.#options.maxWaiting) {
        this.leave(call);
        return null;
      }
    }
    this.#goOn();
    return call;
  }

  close(arrival: Arrival): void {
    if (arrival.state === "late") this.#late.splice(this.#late.indexOf(arrival), 1);
    arrival.state = "closed";
    if (this.#queue.first === arrival) this.#advance();
    this.#goOn();
  }

  started(call: Call): void {
    if (call.state === "waiting") this.waiting -= 1;
    // A ticket from before it may yet turn out to be of the same shopper.
    const [late] = this.#late;
    if (late !== undefined && late.number < call.number && call.spots.length > 0) call.uncertain = true;
    this.#due.push(call);
  }

  leave(call: Call): void {
    if (call.state === "over") return;
    if (call.state === "waiting") {
      this.waiting -= 1;
      if (call.spots.length === 0) this.#barred -= 1;
    }
    call.ready = null;
    this.#lanes.leave(call);
    this.#goOn();
  }

  /** Has it wait, unless those in front have been there for too long. */
  #putOff(arrival: Arrival, call: Call, barred: boolean): void {
    call.state = "waiting";
    call.sinceMs = this.#clock();
    this.waiting += 1;
    if (barred) {
      arrival.barred = [...arrival.barred, call];
      this.#barred += 1;
    } else this.#letIn(arrival, call);
    this.#overtake(call.sinceMs);
  }

  #isBarred(arrival: Arrival, { shoppers }: Call): boolean {
    return arrival.state === "open" && this.#queue.first !== arrival && shoppers.some((one) => one !== null);
  }

  #letIn(arrival: Arrival, call: Call): void {
    // What came after a late one may have gone already.
    if (arrival.state === "late") call.uncertain = call.shoppers.some((one) => one !== null);
    this.#lanes.enter(call);
  }

  /** Up to the first ticket that is open. */
  #advance(): void {
    for (let front = this.#queue.first; front !== null; front = this.#queue.first) {
      for (const call of front.barred) {
        // It may have left meanwhile.
        if (call.state !== "waiting") continue;
        this.#barred -= 1;
        this.#letIn(front, call);
      }
      front.barred = nobody;
      if (front.state === "open") return;
      this.#queue.remove(front);
    }
  }

  /** What has been in front for too long lets those behind it by. */
  #overtake(nowMs: number): void {
    const sinceMs = nowMs - this.#options.timeoutMs;
    this.#lanes.overtake(sinceMs);
    while (this.#barred > 0) {
      const front = this.#queue.first;
      if (front === null || front.sinceMs > sinceMs) return;
      front.state = "late";
      this.#late.push(front);
      this.#queue.remove(front);
      this.#advance();
    }
  }

  /** Ends every step: tells those that have started, and sees to it that nobody waits without a timer. */
  #goOn(): void {
    this.#tell();
    if (this.waiting === 0) return this.#stop();
    const dueMs = this.#dueMs();
    // A ticket that bars a call may be older than the call which was in front so far.
    if (this.#timer !== null && dueMs >= this.#timerMs) return;
    this.#stop();
    this.#timerMs = dueMs;
    this.#timer = this.#wake(dueMs);
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** One that is told may enter, close and leave at once: the loop, not the stack, takes the next. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (let call = this.#due.shift(); call !== undefined; call = this.#due.shift()) {
        const { ready } = call;
        call.ready = null;
        ready?.(call);
      }
    } finally {
      this.#telling = false;
    }
  }

  /**
   * When the first is to be overtaken. A ticket in front that nobody was behind in all that time is overtaken by the first
   * that comes, without a timer.
   */
  #dueMs(): number {
    const { timeoutMs } = this.#options;
    const ticketMs = (this.#queue.first?.sinceMs ?? Infinity) + timeoutMs;
    const bars = this.#barred > 0 || ticketMs > this.#clock();
    return Math.min((this.#lanes.oldestMs ?? Infinity) + timeoutMs, bars ? ticketMs : Infinity);
  }

  #wake(dueMs: number): NodeJS.Timeout {
    const wakeUp = (): void => {
      this.#timer = null;
      this.#overtake(this.#clock());
      this.#goOn();
    };
    return setTimeout(wakeUp, Math.max(Math.ceil(dueMs - this.#clock()), 1)).unref();
  }
}
