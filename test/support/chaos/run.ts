import { playOut } from "./acts.ts";
import { bag, events, undone, type EventName } from "./events.ts";
import { createRandom, type Random } from "./random.ts";
import { createTraffic, deliver, type Sent } from "./traffic.ts";
import { startWorld, type StoreName, type World } from "./world.ts";

export interface RunOptions {
  readonly seed: string;
  readonly deliveries: number;
  readonly store: StoreName;
  /** One thing happens in so many deliveries. */
  readonly every: number;
  /** Whether the handlers pass a delivery's trace on with what they send. */
  readonly passesTrace: boolean;
  /** So many sends of each kind are held or sent on, if so many deliveries again bring them about. */
  readonly least: number;
}

export interface Run {
  readonly world: World;
  readonly sent: readonly Sent[];
  /** How often what happened, orders that were refused left out. */
  readonly happened: ReadonlyMap<EventName, number>;
}

/** As many deliveries at a time as several customers make. */
const atOnce = 6;

/** Many times as long as a Sombra that has just started is in doubt about what the one before it held. */
const longestPlayMs = 40_000;

/** Deliveries without a break, and one event after the other in their midst. Ends when everything has settled. */
export async function run({ seed, deliveries, store, every, passesTrace, least }: RunOptions): Promise<Run> {
  // Each of its own: what one draws does not depend on when another does.
  const drawn = (of: string): Random => createRandom(`${seed} ${of}`);
  const [delays, traffic, random] = [drawn("delays"), drawn("traffic"), drawn("events")];
  const world = await startWorld({ store, passesTrace, random: () => delays.next() });
  const next = createTraffic(seed, traffic);
  const sent: Sent[] = [];
  const happened = new Map<EventName, number>();
  const plan = planOf(Math.floor(deliveries / every), random);

  const mending = new Map<number, EventName>();
  let happening: Promise<void> = Promise.resolve();
  const happen = (name: EventName, at: number): void => {
    happening = happening.then(async () => {
      const done = await events[name](world, random);
      if (done !== false) happened.set(name, (happened.get(name) ?? 0) + 1);
      if (undone[name] !== undefined) mending.set(at + Math.ceil(every / 2), name);
    });
  };
  const mend = (at: number): void => {
    for (const [due, name] of mending) {
      if (due > at) continue;
      mending.delete(due);
      happening = happening.then(async () => void (await undone[name]?.(world)));
    }
  };
  const deliverOne = (): Promise<void> => {
    const one = next();
    sent.push(one);
    return deliver(world, one);
  };
  const worker = async (): Promise<void> => {
    while (sent.length < deliveries) {
      const at = sent.length + 1;
      mend(at);
      const name = at % every === 0 ? plan.pop() : undefined;
      if (name !== undefined) happen(name, at);
      await deliverOne();
    }
  };

  await Promise.all(Array.from({ length: atOnce }, worker));
  await happening;
  mend(Infinity);
  await happening;
  const endMs = performance.now() + longestPlayMs;
  const few = async (): Promise<boolean> => {
    await Promise.all(Array.from({ length: atOnce }, deliverOne));
    return performance.now() < endMs;
  };
  await playOut({ world, random, least, isReversed: passesTrace, deliver: few });
  await settle(world);
  return { world, sent, happened };
}

/** Every event of the bag before any of them a second time. */
function planOf(count: number, random: Random): EventName[] {
  const plan: EventName[] = [];
  while (plan.length < count) {
    // In random order: which stay out of a part of the bag is drawn one by one.
    let left: readonly EventName[] = bag;
    while (left.length > 0) {
      const [one] = random.some(left, 1);
      if (one === undefined) break;
      plan.push(one);
      left = left.toSpliced(left.indexOf(one), 1);
    }
  }
  return plan.slice(0, count);
}

/** Nothing is on its way any more: neither a delivery nor what a handler does after its answer. */
async function settle(world: World): Promise<void> {
  const quietMs = 1_500;
  const count = (): number => world.graph.calls.length + world.called.candidate.seen.length;
  for (let before = -1; before !== count();) {
    before = count();
    await Promise.all([world.called.candidate.idle(), world.called.legacy.idle(), world.got.candidate.idle()]);
    await new Promise((resolve) => setTimeout(resolve, quietMs));
  }
}
