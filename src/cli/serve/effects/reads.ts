import type { ArrivedCall, ReadAnswer, RecordedCall } from "../../../effects/index.ts";

type Read = Pick<ArrivedCall, "upstream" | "method" | "target"> & { readonly exchange: string };

/** What the side that answers got for its reads, for held sides that read the same in the same exchange. */
export interface Reads {
  answered(call: Pick<RecordedCall, "status" | "answer" | "answerHeaders"> & Read): void;
  /** null: it was not read in time. */
  wait(call: Read, maxMs: number): Promise<ReadAnswer | null>;
  /** Nothing is known of what was read until now. */
  forget(): void;
}

/** Answers of at most 64 KiB each. */
const maxKept = 200;

export function createReads(): Reads {
  const kept = new Map<string, ReadAnswer>();
  const waiting = new Map<string, Set<(answer: ReadAnswer) => void>>();
  const keyOf = ({ exchange, upstream, method, target }: Read): string => `${exchange} ${upstream} ${method} ${target}`;
  return {
    answered(call) {
      const { status, answer, answerHeaders } = call;
      if (status === null || answer === null) return;
      const key = keyOf(call);
      // A copy: the record's memory is given back.
      const read = { status, rawHeaders: answerHeaders, body: Buffer.from(answer) };
      kept.set(key, read);
      for (const oldest of kept.keys()) {
        if (kept.size <= maxKept) break;
        kept.delete(oldest);
      }
      for (const tell of waiting.get(key) ?? []) tell(read);
    },
    forget: () => kept.clear(),
    wait(call, maxMs) {
      const key = keyOf(call);
      const known = kept.get(key);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve) => {
        const all = waiting.get(key) ?? new Set();
        const end = (answer: ReadAnswer | null): void => {
          clearTimeout(timer);
          all.delete(end);
          if (all.size === 0) waiting.delete(key);
          resolve(answer);
        };
        const timer = setTimeout(() => end(null), maxMs);
        all.add(end);
        waiting.set(key, all);
      });
    },
  };
}
