/** Work that is done one piece after the other, in the order in which it was asked for. */
export interface Turns {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Somebody has a turn, or waits for one. */
  readonly busy: boolean;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let open = 0;
  return {
    run(work) {
      open += 1;
      const turn = last.then(work).finally(() => (open -= 1));
      last = turn.catch(() => {});
      return turn;
    },
    get busy() {
      return open > 0;
    },
  };
}
