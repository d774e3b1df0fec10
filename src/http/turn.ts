/**
 * Turns of this thread's event loop. Each polls once, and what it finds is read in no order that anybody chose. Behind that come the
 * immediates: what runs there knows what had come by then (libuv's guide, "The I/O loop").
 */

let turns = 0;
let current: number | null = null;
let due: (() => void)[] = [];

/** Does something behind the poll of this turn, or of the next one where this one's is over. One immediate for all of a turn. */
export function afterPoll(work: () => void): void {
  if (due.push(work) === 1) setImmediate(act);
}

/** The turn behind whose poll this runs, null where `afterPoll` did not call. Between two of them lies a poll. */
export const polled = (): number | null => current;

function act(): void {
  const works = due;
  due = [];
  turns += 1;
  current = turns;
  let at = 0;
  try {
    for (; at < works.length; at += 1) works[at]?.();
  } finally {
    current = null;
    // What stands behind one that throws is done all the same.
    for (const work of works.slice(at + 1)) afterPoll(work);
  }
}
