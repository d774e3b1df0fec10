import type { Disk } from "./disk.ts";
import type { Following } from "./following.ts";
import { endKill, localKillOf, shareKill, throwAhead, type KillDeps } from "./kill.ts";
import { textOf } from "./problems.ts";
import type { KillAnswer, KillOrder, LocalKill } from "./registry.ts";
import type { Store } from "./store.ts";
import type { Turns } from "./turns.ts";
import { within } from "./wait.ts";

export interface KillingDeps extends KillDeps {
  readonly turns: Turns;
  readonly disk: Pick<Disk, "killSaved">;
  readonly following: Pick<Following, "upStore" | "failed">;
}

export interface Killing {
  obey(order: KillOrder): Promise<KillAnswer>;
}

/** The kill switch by order of people: thrown here first, then everywhere; ended everywhere or not at all. */
export function createKilling(deps: KillingDeps, killMs: number): Killing {
  const { known, turns, disk, following } = deps;
  let newest: KillOrder | null = null;
  /** Under way. */
  let orders = 0;

  /** null: done; else why not. */
  const inTurn = async (work: (store: Store) => Promise<void>): Promise<string | null> => {
    try {
      // Nobody waits for the turn of a store that is not up.
      following.upStore();
      await turns.run(async () => {
        const store = following.upStore();
        await deps.sync(store);
        await work(store);
      });
      return null;
    } catch (error) {
      following.failed(error);
      return textOf(error);
    }
  };

  /** A list of millions may be on its way in, and its turn take seconds. What goes wrong here is told by the turn. */
  const aheadOfTurn = async (kill: LocalKill): Promise<boolean> => {
    try {
      return await throwAhead(following.upStore(), kill, deps);
    } catch {
      return false;
    }
  };

  const start = async (order: KillOrder): Promise<string | null> => {
    const kill = localKillOf(order, deps.stamp(order).at);
    // Others may end a kill that they have not heard of: it is not over while this order is the newest.
    const keep = (): void => {
      if (newest === order && !known.killed) known.killLocally(kill);
    };
    if (known.localKill === null) known.killLocally(kill);
    // Behind another order nothing may overtake: an undo that is on its way would undo this one.
    const ahead = turns.busy && orders === 1 ? aheadOfTurn(kill) : null;
    const sharing = inTurn(async (store) => {
      keep();
      await shareKill(store, deps, false);
    }).finally(keep);
    const shared = ahead === null ? sharing : Promise.race([sharing, ahead.then((done) => (done ? null : sharing))]);
    const why = (await within(shared, killMs)) ? await shared : `the store did not answer within ${killMs} ms`;
    if (why === null) return null;
    const isSaved = (await within(disk.killSaved(), killMs)) && (await disk.killSaved());
    const until = isSaved ? "" : "; a restart forgets it, as it could not be written to disk";
    return `${why}; the others are told as soon as it is back${until}`;
  };
  const end = async (order: KillOrder): Promise<string | null> => {
    const local = known.localKill;
    const why = await inTurn((store) => endKill(store, order, local, deps));
    if (why === null) return null;
    if (known.state.kill !== null || known.ahead !== null)
      return `${why}; the kill is shared and stays until the store can be told`;
    if (known.localKill === local) known.endLocalKill(order);
    return `${why}; ended here alone: an instance that was killed meanwhile stays so, and tells the others`;
  };

  return {
    async obey(order) {
      const was = known.killed;
      newest = order;
      orders += 1;
      const why = await (order.killed ? start(order) : end(order)).finally(() => (orders -= 1));
      return { was, killed: known.killed, shared: why === null, why };
    },
  };
}
