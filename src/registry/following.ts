import type { Known } from "./known.ts";
import { startHeeding } from "./heeding.ts";
import { textOf, type TellProblem } from "./problems.ts";
import { StoreError } from "./store-error.ts";
import type { Store, StoreEvents } from "./store.ts";
import type { Turns } from "./turns.ts";
import { createBell, within } from "./wait.ts";
import { watchWrites } from "./write-watch.ts";

export interface FollowingDeps {
  readonly known: Known;
  readonly problem: TellProblem;
  readonly turns: Turns;
  readonly open: (events: StoreEvents) => Store | Promise<Store>;
  /** Looks where the store is and does what is to be done about it. */
  readonly look: (store: Store, isFirst: boolean) => Promise<void>;
}

/** A store that is opened as soon as it can be, and then looked at every so often for as long as the process lives. */
export interface Following {
  /** Throws a `StoreError` that says why while the store is not up. */
  upStore(): Store;
  /** Resolves once the store was looked at for the first time, well or not. */
  readonly started: Promise<void>;
  /** A store that was up threw this. */
  failed(error: unknown): void;
  /** Nothing is looked at any more. */
  stop(): Promise<void>;
  closeStore(): Promise<void>;
}

const FIRST_RETRY_MS = 50;
/** A store that is silent ends with the process. */
const STOP_MS = 500;

export function startFollowing(deps: FollowingDeps, pollMs: number): Following {
  const { known, problem, turns } = deps;
  const bell = createBell();
  const closing = new AbortController();
  let store: Store | null = null;
  let isSeen = false;
  let failures = 0;
  const heeding = startHeeding(known, () => store, pollMs);

  const failed = (error: unknown): void => {
    if (!known.up) return;
    // Whoever is read-only or busy still says what it holds.
    const stillReads = error instanceof StoreError && (error.fault === "read-only" || error.fault === "busy");
    if (stillReads) problem("store", textOf(error));
    else known.lose(textOf(error));
  };
  const moved = (): void => {
    bell.ring();
    heeding.ring();
  };
  const open = async (): Promise<Store> => {
    const opened = await deps.open({ moved });
    if (closing.signal.aborted) await opened.close();
    store = watchWrites(opened, known);
    heeding.ring();
    return store;
  };
  const look = async (): Promise<void> => {
    try {
      await deps.look(store ?? (await open()), !isSeen);
      isSeen = true;
      failures = 0;
      problem("store", null);
    } catch (error) {
      failures += 1;
      if (known.up) failed(error);
      else known.lose(textOf(error));
    }
  };
  const follow = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await bell.wait(failures === 0 ? pollMs : Math.min(pollMs, FIRST_RETRY_MS * 2 ** (failures - 1)));
      await turns.run(async () => {
        if (!closing.signal.aborted) await look();
      });
    }
  };

  const started = turns.run(look);
  const ended = started.then(follow);
  return {
    upStore() {
      if (known.up && store !== null) return store;
      const { kind, problem } = known.view().store;
      throw new StoreError("unreachable", `the store (${kind}) is not up: ${problem}`);
    },
    started,
    failed,
    async stop() {
      closing.abort();
      heeding.stop();
      bell.ring();
      await within(ended, STOP_MS);
    },
    async closeStore() {
      if (store !== null) await within(store.close(), STOP_MS);
    },
  };
}
