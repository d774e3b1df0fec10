import { afterEach, expect, test } from "vitest";
import { monotonic } from "../../../lib/clock.ts";
import { createWaker, type Waker } from "./waker.ts";

let waker: Waker | null = null;
afterEach(() => waker?.stop());

/** Times that are due, of which a look takes so many; resolves with what was taken together when none is left. */
function looks(dueMs: number[], atOnce: number): Promise<readonly (readonly number[])[]> {
  const { promise, resolve } = Promise.withResolvers<readonly (readonly number[])[]>();
  const taken: (readonly number[])[] = [];
  waker = createWaker(monotonic, {
    due: () => dueMs[0] ?? null,
    wake(nowMs) {
      const due = dueMs.filter((one) => one <= nowMs).slice(0, atOnce);
      dueMs.splice(0, due.length);
      // A timer may go off a little before its time.
      if (due.length > 0) taken.push(due);
      if (dueMs.length === 0) resolve(taken);
    },
  });
  waker.schedule();
  return promise;
}

test("what is left over of one look is looked at in the next, and others have their turn between", async () => {
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  const nowMs = monotonic();
  const due = [1, 2, 3, 4, 5].map(() => nowMs);
  const all = looks(due, 2);
  const before = turns;
  turn();
  expect((await all).map(({ length }) => length)).toEqual([2, 2, 1]);
  isOver = true;
  expect(turns - before).toBeGreaterThanOrEqual(3);
});

test("what is due within a few milliseconds of each other is looked at together, what is due later is not", async () => {
  const nowMs = monotonic();
  const taken = await looks([nowMs + 1, nowMs + 3, nowMs + 60], 10);
  expect(taken.map(({ length }) => length)).toEqual([2, 1]);
});

test("what is overdue is looked at however often something is said to have changed", async () => {
  const nowMs = monotonic();
  const all = looks([nowMs - 50, nowMs - 50, nowMs - 50], 1);
  let isOver = false;
  const change = (): void => {
    waker?.schedule();
    if (!isOver) setImmediate(change);
  };
  change();
  expect(await all).toHaveLength(3);
  isOver = true;
});
