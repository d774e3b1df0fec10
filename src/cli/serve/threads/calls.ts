/** Calls to another thread that wait for their answers. */
export interface Calls<Answer> {
  /** Sends what `send` makes of an id. Does not settle where the other thread never answers. */
  call(send: (id: number) => void): Promise<Answer>;
  answered(id: number, answer: Answer): void;
  /** The other thread is gone: all that wait get this. */
  giveUp(answer: Answer): void;
}

export function createCalls<Answer>(): Calls<Answer> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  return {
    answered(id, answer) {
      waiting.get(id)?.(answer);
      waiting.delete(id);
    },
    giveUp(answer) {
      const all = [...waiting.values()];
      waiting.clear();
      for (const resolve of all) resolve(answer);
    },
    call(send) {
      last += 1;
      const id = last;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        send(id);
      });
    },
  };
}

/** null: no answer in time. */
export async function within<Answer>(answer: Promise<Answer>, timeoutMs: number): Promise<Answer | null> {
  const late = Promise.withResolvers<null>();
  // After a long stretch of work of this thread an answer may lie unread: it is read before this is said.
  const timer = setTimeout(() => void setImmediate(() => late.resolve(null)), timeoutMs);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
