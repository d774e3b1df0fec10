import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { monotonic } from "../lib/clock.ts";
import type { Place } from "./lanes.ts";
import { createOrder, type Order, type Ticket } from "./order.ts";

const timeoutMs = 100;

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** `pick`: which of those that are open, or in the order, counted round. */
type Step =
  | { readonly do: "arrive" }
  | { readonly do: "enter"; readonly pick: number; readonly shoppers: readonly (string | null)[] }
  | { readonly do: "close" | "leave"; readonly pick: number }
  | { readonly do: "wait"; readonly ms: number };

const anyShoppers = fc.array(fc.constantFrom("ana", "bia", "cleo", "davi", null), { maxLength: 3 });
const pick = fc.nat(50);
const anyStep = (kinds: readonly Step["do"][]): fc.Arbitrary<Step> =>
  fc.constantFrom(...kinds).chain((kind): fc.Arbitrary<Step> => {
    if (kind === "arrive") return fc.constant({ do: kind });
    if (kind === "enter") return fc.record({ do: fc.constant(kind), pick, shoppers: anyShoppers });
    if (kind === "wait") return fc.record({ do: fc.constant(kind), ms: fc.nat(timeoutMs * 0.6) });
    return fc.record({ do: fc.constant(kind), pick });
  });
const unhurried = ["arrive", "arrive", "enter", "enter", "enter", "close", "close", "leave", "leave"] as const;

interface Entered {
  readonly ticket: Known;
  readonly index: number;
  readonly shoppers: readonly string[];
  readonly sinceMs: number;
  /** Calls of later tickets that went past before it entered. Null: its ticket was not late. */
  readonly passedBy: ReadonlySet<Entered> | null;
  place: Place | null;
  /** When it was its turn. */
  startedMs: number | null;
  /** What the marks have to be, worked out at its turn from all that was before it. */
  mark: boolean | null;
  left: boolean;
}

interface Known {
  readonly ticket: Ticket;
  readonly number: number;
  readonly sinceMs: number;
  open: boolean;
  /** Calls of later tickets no longer wait for it. */
  passed: boolean;
}

/** The rules in their plainest form: every call asks all others. */
class Model {
  readonly order: Order;
  readonly tickets: Known[] = [];
  readonly calls: Entered[] = [];
  turns: Entered[] = [];

  constructor() {
    this.order = createOrder({ timeoutMs, maxWaiting: 1_000 }, monotonic);
  }

  run(step: Step): void {
    if (step.do === "wait") vi.advanceTimersByTime(step.ms);
    if (step.do === "arrive") this.#arrive();
    if (step.do === "enter") this.#enter(at(this.#open(), step.pick), step.shoppers);
    if (step.do === "close") this.close(at(this.#open(), step.pick));
    if (step.do === "leave") this.leave(at(this.#inside(), step.pick));
    this.#check();
  }

  close(known: Known | undefined): void {
    if (known === undefined) return;
    known.open = false;
    known.ticket.close();
  }

  leave(call: Entered | undefined): void {
    if (call === undefined) return;
    call.left = true;
    call.place?.leave();
  }

  /** Calls that share a shopper with this one and are before it. */
  before(call: Entered): Entered[] {
    return this.calls.filter(
      (other) => comesBefore(other, call) && other.shoppers.some((one) => call.shoppers.includes(one)),
    );
  }

  #open(): Known[] {
    return this.tickets.filter(({ open }) => open);
  }

  #inside(): Entered[] {
    return this.calls.filter(({ left }) => !left);
  }

  #arrive(): void {
    const number = this.tickets.length;
    this.tickets.push({ ticket: this.order.arrive(), number, sinceMs: monotonic(), open: true, passed: false });
  }

  #enter(ticket: Known | undefined, named: readonly (string | null)[]): void {
    if (ticket === undefined) return;
    const shoppers = named.filter((one) => one !== null);
    const call: Entered = {
      ticket,
      index: this.calls.length,
      shoppers,
      sinceMs: monotonic(),
      passedBy: ticket.passed ? new Set(this.#inside().filter((other) => !this.#isBarred(other))) : null,
      place: null,
      startedMs: null,
      mark: null,
      left: false,
    };
    this.calls.push(call);
    call.place = ticket.ticket.enter(named, (place) => {
      expect(call.startedMs).toBeNull();
      expect(call.left).toBe(false);
      expect(place.waitedMs).toBe(monotonic() - call.sinceMs);
      call.startedMs = monotonic();
      call.mark = this.#mark(call);
      this.turns.push(call);
    });
  }

  #mark(call: Entered): boolean {
    if (call.shoppers.length === 0) return false;
    if (call.passedBy !== null) return true;
    if (this.before(call).some(({ left }) => !left)) return true;
    return this.tickets.some(({ open, number }) => open && number < call.ticket.number);
  }

  /** There is a ticket before it that may turn out to be of the same shopper. */
  #isBarred({ shoppers, passedBy, ticket }: Entered): boolean {
    const mayBeSame = ({ open, passed, number }: Known): boolean => open && !passed && number < ticket.number;
    return shoppers.length > 0 && passedBy === null && this.tickets.some(mayBeSame);
  }

  /** Nobody waits but for one before it that is of the same shopper, or may be; and nobody is marked without cause. */
  #check(): void {
    const inside = this.#inside();
    for (const ticket of this.tickets) {
      const isBefore = (call: Entered): boolean => call.shoppers.length > 0 && ticket.number < call.ticket.number;
      if (ticket.open && isOld(ticket.sinceMs) && inside.some(isBefore)) ticket.passed = true;
    }
    const waiting = inside.filter(({ startedMs }) => startedMs === null);
    const idle = waiting.filter((call) => !this.#isBarred(call) && !this.before(call).some(holds));
    const mismarked = inside.filter(({ startedMs, place, mark }) => startedMs !== null && place?.uncertain !== mark);
    const counted = [this.order.waiting, vi.getTimerCount()];
    expect({ idle, mismarked, counted }).toEqual({
      idle: [],
      mismarked: [],
      counted: [waiting.length, waiting.length > 0 ? 1 : 0],
    });
  }
}

const isOld = (sinceMs: number): boolean => monotonic() - sinceMs >= timeoutMs;
const holds = ({ left, startedMs }: Entered): boolean => !left && (startedMs === null || !isOld(startedMs));

/** In the order of tickets, and of calls within them; one that is late is behind those that went past. */
function comesBefore(one: Entered, other: Entered): boolean {
  if (one.passedBy?.has(other) === true) return false;
  if (other.passedBy?.has(one) === true) return true;
  if (one.ticket === other.ticket) return one.index < other.index;
  return one.ticket.number < other.ticket.number;
}

function at<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % Math.max(list.length, 1)];
}

function played(steps: readonly Step[]): Model {
  vi.clearAllTimers();
  const model = new Model();
  for (const step of steps) model.run(step);
  return model;
}

test("while nothing takes too long, each shopper's calls start in the order of their tickets, never two at a time", () => {
  fc.assert(
    fc.property(fc.array(anyStep(unhurried), { maxLength: 100, size: "max" }), (steps) => {
      const model = played(steps);
      for (const call of model.turns) {
        const before = model.before(call);
        expect(call.mark).toBe(false);
        for (const other of before) {
          expect(other.startedMs === null ? other.left : model.turns.indexOf(other) < model.turns.indexOf(call)).toBe(
            true,
          );
        }
      }
    }),
    { numRuns: 200 },
  );
});

test("with time passing, nobody waits without cause, and whoever passes another that is under way is marked", () => {
  fc.assert(
    fc.property(fc.array(anyStep([...unhurried, "wait"]), { maxLength: 100, size: "max" }), (steps) => {
      played(steps);
    }),
    { numRuns: 200 },
  );
});

test("every call that stays has its turn, be it that the others leave or that time passes; then nothing is kept", () => {
  fc.assert(
    fc.property(
      fc.array(anyStep([...unhurried, "wait"]), { maxLength: 100, size: "max" }),
      fc.boolean(),
      (steps, patient) => {
        const model = played(steps);
        const stayed = model.calls.filter(({ left }) => !left);
        if (patient) for (const known of model.tickets) model.close(known);
        for (let turn = 0; turn <= stayed.length; turn += 1) {
          if (patient) for (const call of stayed) if (call.startedMs !== null) model.leave(call);
          if (!patient) vi.advanceTimersByTime(timeoutMs);
        }
        expect(stayed.filter(({ startedMs }) => startedMs === null)).toEqual([]);
        for (const known of model.tickets) model.close(known);
        for (const call of model.calls) model.leave(call);
        expect([model.order.busy, model.order.waiting, vi.getTimerCount()]).toEqual([0, 0, 0]);
      },
    ),
    { numRuns: 200 },
  );
});
