import type { Notice } from "./notice.ts";
import { sendTimeoutMs, type Send, type Sent } from "./send.ts";

/** What became of a notice at a channel. */
export interface Outcome {
  readonly channel: string;
  /** `failed`: it is tried again, or whoever asked for it is told. */
  readonly outcome: "sent" | "failed" | "given-up";
  readonly key: string;
  readonly notice: Pick<Notice, "event" | "rollout" | "severity">;
  /** What the receiver said, or why not. */
  readonly why: string;
}

export interface Waiting {
  readonly key: string;
  readonly notice: Notice;
  /** It is in the outbox: there it has to go once it is settled. */
  readonly kept: boolean;
}

export interface LaneOptions {
  readonly channel: string;
  readonly send: Send;
  readonly now: () => number;
  readonly told: (outcome: Outcome) => void;
  readonly timeoutMs?: number;
  /** 0 to 1: what sets instances apart that try again at the same time. */
  readonly random?: () => number;
}

/** What one channel has still to take, one after the other: one that hangs keeps no other waiting. */
export interface Lane {
  /** A key that it knows is not added twice. */
  add(waiting: readonly Waiting[]): void;
  /** Another leads: what is in the outbox is its to send. */
  letGo(): void;
  /** Begins with what is due, and goes on as long as something is; nobody waits for it. */
  turn(): void;
  /** Keys of what has left, until the outbox knows. */
  settled(): readonly string[];
  forget(keys: readonly string[]): void;
  state(): LaneState;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

export interface LaneState {
  readonly waiting: number;
  /** Why the oldest could not be sent yet; null: it was not tried, or there is none. */
  readonly problem: string | null;
  /** Since when that is so, milliseconds since the epoch; null: there is no problem. */
  readonly since: number | null;
}

/** What waits beyond it is given up, the oldest first. */
export const maxWaiting = 200;
/** What nobody took for so long nobody wants to know any more. */
const giveUpMs = 86_400_000;
const firstMs = 1_000;
const mostMs = 300_000;

export function createLane({
  channel,
  send,
  now,
  told,
  timeoutMs = sendTimeoutMs,
  random = Math.random,
}: LaneOptions): Lane {
  let queue: readonly Waiting[] = [];
  const left = new Set<string>();
  const stopping = new AbortController();
  let busy: Promise<void> | null = null;
  let tries = 0;
  let notBeforeMs = -Infinity;
  let problem: LaneState["problem"] = null;
  let since: number | null = null;

  const say = ({ key, notice }: Waiting, outcome: Outcome["outcome"], why: string): void => {
    const { event, rollout, severity } = notice;
    told({ channel, outcome, key, notice: { event, rollout, severity }, why });
  };
  const settle = (waiting: Waiting): void => {
    queue = queue.filter((one) => one !== waiting);
    if (waiting.kept) left.add(waiting.key);
  };
  const well = (): void => {
    tries = 0;
    notBeforeMs = -Infinity;
    problem = null;
    since = null;
  };
  const judge = (waiting: Waiting, sent: Sent): void => {
    // Another leads meanwhile, or it gave way to newer ones.
    if (!queue.includes(waiting)) {
      if (sent.kind === "sent" && waiting.kept) left.add(waiting.key);
      return;
    }
    if (sent.kind !== "failed") {
      settle(waiting);
      say(waiting, sent.kind === "sent" ? "sent" : "given-up", sent.kind === "sent" ? sent.said : sent.why);
      return well();
    }
    tries += 1;
    problem = sent.why;
    since ??= now();
    const pause = Math.min(mostMs, firstMs * 2 ** (tries - 1)) * (0.8 + 0.4 * random());
    notBeforeMs = now() + Math.max(pause, sent.afterMs ?? 0);
    if (now() - Date.parse(waiting.notice.at) <= giveUpMs) return say(waiting, "failed", sent.why);
    settle(waiting);
    say(waiting, "given-up", `${sent.why}; it is a day old`);
  };
  const work = async (): Promise<void> => {
    for (;;) {
      const [first] = queue;
      if (first === undefined || now() < notBeforeMs || stopping.signal.aborted) return;
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)]);
      judge(first, await sendSafely(send, first, signal));
    }
  };
  return {
    add(more) {
      const known = new Set([...queue.map(({ key }) => key), ...left]);
      queue = [...queue, ...more.filter(({ key }) => !known.has(key))];
      for (const surplus of queue.slice(0, Math.max(0, queue.length - maxWaiting))) {
        settle(surplus);
        say(surplus, "given-up", `more than ${maxWaiting} wait`);
      }
    },
    letGo() {
      queue = queue.filter(({ kept }) => !kept);
      if (queue.length === 0) well();
    },
    turn() {
      busy ??= work().finally(() => {
        busy = null;
      });
    },
    settled: () => [...left],
    forget(keys) {
      for (const key of keys) left.delete(key);
    },
    state: () => ({ waiting: queue.length, problem, since }),
    async stop() {
      stopping.abort();
      await busy;
    },
  };
}

async function sendSafely(send: Send, { key, notice }: Waiting, signal: AbortSignal): Promise<Sent> {
  try {
    return await send({ key, notice }, signal);
  } catch (error) {
    return { kind: "failed", why: error instanceof Error ? error.name : "it failed", afterMs: null };
  }
}
