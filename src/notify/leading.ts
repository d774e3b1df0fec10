import { isJudged, type Rollout } from "../rollout/index.ts";
import { emptyCursor, readCursor, type Cursor } from "./cursor.ts";
import { isSampleDue, sampled } from "./events-of-day.ts";
import { kept, messagesOf, readMessage } from "./messages.ts";
import type { Outcome } from "./lane.ts";
import type { Lanes } from "./lanes.ts";
import type { NotifierOptions, NotifierPorts } from "./notifier-ports.ts";
import type { Notice } from "./notice.ts";
import type { KeptMessage } from "./outbox.ts";
import { occasionNotices, regularNotices, type Addressed } from "./regular-notices.ts";
import { startingAt, toldOf, type Seen, type SeenRollout } from "./seen.ts";

/** Checkpoints that may have come since the last look. */
const lookedAt = 20;
/** So often everything is looked at, whether it is known to have changed or not. */
export const sweepMs = 30_000;
const dayMs = 86_400_000;

/** What a leader goes by. */
interface Term {
  readonly token: number;
  cursor: Cursor;
  /** Of flags and documents as they were looked at; null: nobody has looked yet. */
  version: number | null;
  sweptMs: number;
  /** Something became of messages since the outbox was written. */
  isNew: boolean;
  /** Keys in the outbox that nobody sends any more. */
  stale: readonly string[];
}

/** The part of telling people that is the leader's: reading what happened, keeping it, and handing it to the lanes. */
export interface Leading {
  /** Rejects with what could not be read or kept: it is tried again with the next turn. */
  lead(token: number): Promise<void>;
  /** Another leads. */
  end(): void;
  looked(rollout: string): void;
  /** null: this instance does not lead. */
  cursor(): Cursor | null;
  became(outcome: Outcome): void;
}

export function createLeading(ports: NotifierPorts, options: NotifierOptions, lanes: Lanes): Leading {
  let term: Term | null = null;
  const dirty = new Set<string>();
  /** As this process began: what happens until it leads for the first time is told. null: it could not be read. */
  const beganAt = ports.newestSeq().catch(() => null);

  const begin = async (token: number): Promise<Term> => {
    const { cursor, messages } = await ports.outbox.waiting();
    lanes.letGo();
    lanes.add(messages.flatMap((message) => readMessage(message) ?? []));
    const stale = messages.filter((message) => isStale(message, options, ports.now())).map(({ key }) => key);
    const known = readCursor(cursor);
    if (known !== null) return { token, cursor: known, version: null, sweptMs: -Infinity, isNew: false, stale };
    const [began, seq, looked] = await Promise.all([beganAt, ports.newestSeq(), lookAt(ports.rollouts(), ports)]);
    const start = startingAt(emptyCursor, Math.min(began ?? seq, seq), looked);
    return { token, cursor: start, version: null, sweptMs: ports.now(), isNew: true, stale };
  };

  /** What is not known to have been looked at. */
  const see = async (now: Term): Promise<Seen> => {
    const version = ports.version();
    const isSame = version === now.version;
    const lines = isSame ? [] : await ports.auditAfter(now.cursor.seq);
    // What is ahead of the rollouts that are known here comes with them.
    const audit = lines.filter((line) => line.version <= version);
    // Another history took the place of what was known: from its end on.
    const newest = isSame || lines.length > 0 ? now.cursor.seq : await ports.newestSeq();
    if (newest < now.cursor.seq) now.cursor = { ...now.cursor, seq: newest };
    const isSweep = ports.now() - now.sweptMs >= sweepMs;
    const wanted = new Set([...dirty, ...audit.map(({ subject }) => subject)]);
    const rollouts = ports.rollouts();
    const isWanted = (one: Rollout): boolean => wanted.has(one.id) || (isSweep && isWatched(one, ports.now()));
    const looked = await lookAt(rollouts.filter(isWanted), ports);
    for (const id of wanted) dirty.delete(id);
    if (isSweep) now.sweptMs = ports.now();
    now.version = version;
    return { ...options, nowMs: ports.now(), audit, rollouts, looked };
  };

  const made = async (now: Term) => {
    const { notices, cursor } = toldOf(now.cursor, await see(now));
    const [regular, occasions, counts] = await Promise.all([
      regularNotices(cursor, ports, options),
      occasionNotices(notices, cursor.events, { ports, options }),
      isSampleDue(cursor.events, ports.now()) ? ports.declared().catch(() => null) : null,
    ]);
    const events = counts === null ? cursor.events : [...sampled(cursor.events, counts, ports.now())];
    const addressed = [...toTakers(notices, lanes), ...regular.addressed, ...occasions];
    return { cursor: { ...cursor, days: regular.days, events }, add: messagesOf(addressed, options.channels) };
  };

  return {
    async lead(token) {
      if (term?.token !== token) term = await begin(token);
      const now = term;
      try {
        const { cursor: looked, add } = await made(now);
        const cursor = withBecame(looked, now.cursor);
        const settled = lanes.settled();
        const remove = [...settled, ...now.stale];
        const isSame = JSON.stringify(cursor) === JSON.stringify(now.cursor);
        if (isSame && !now.isNew && add.length === 0 && remove.length === 0) return;
        now.isNew = false;
        if (!(await ports.outbox.put({ cursor: JSON.stringify(cursor), add, remove }, token))) {
          term = null;
          return lanes.letGo();
        }
        now.cursor = withBecame(cursor, now.cursor);
        now.stale = [];
        lanes.forget(settled);
        lanes.add(add.flatMap((message) => readMessage(message) ?? []));
      } catch (error) {
        // Once more, from what is known to be kept: it comes to the same, by the same keys.
        now.version = null;
        now.sweptMs = -Infinity;
        now.isNew = true;
        throw error;
      }
    },
    end() {
      if (term !== null) lanes.letGo();
      term = null;
    },
    looked: (rollout) => void dirty.add(rollout),
    cursor: () => term?.cursor ?? null,
    became(outcome) {
      if (term === null || outcome.outcome === "failed") return;
      term.cursor = kept(term.cursor, outcome, ports.now());
      term.isNew = true;
    },
  };
}

/** With what became of messages meanwhile. */
function withBecame(cursor: Cursor, { lost, reached }: Cursor): Cursor {
  return { ...cursor, lost, reached };
}

function lookAt(rollouts: readonly Rollout[], { journal }: NotifierPorts): Promise<readonly SeenRollout[]> {
  return Promise.all(
    rollouts.map(async (rollout) => {
      const [checkpoints, progress] = await Promise.all([
        journal.checkpoints(rollout.id, lookedAt),
        journal.progress(rollout.id),
      ]);
      return { rollout, checkpoints, progress };
    }),
  );
}

function toTakers(notices: readonly Notice[], lanes: Lanes): readonly Addressed[] {
  return notices.flatMap((notice) => lanes.takers(notice).map((channel) => ({ channel, notice })));
}

/** It cannot be read, or it is for a channel that nobody here has had for a day. */
function isStale(message: KeptMessage, { channels }: NotifierOptions, nowMs: number): boolean {
  const waiting = readMessage(message);
  if (waiting === null) return true;
  return !channels.some(({ name }) => name === message.channel) && nowMs - Date.parse(waiting.notice.at) > dayMs;
}

/** Checkpoints are made of it. */
function isWatched({ status }: Rollout, nowMs: number): boolean {
  return isJudged(status) || (status.name === "completed" && nowMs < Date.parse(status.keepUntil));
}
