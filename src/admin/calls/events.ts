import type { Hono } from "hono";
import type { AuditEntry } from "../../registry/index.ts";
import { createBroadcast, type BroadcastOptions } from "../broadcast.ts";
import type { AdminDeps } from "../deps.ts";
import { endingAt } from "../ending-at.ts";
import { flagsNow } from "../in-force.ts";
import { problem } from "../problem.ts";
import { resource } from "./resource.ts";

type Deps = Pick<AdminDeps, "audit" | "flags" | "killed" | "onFlags" | "now">;

type Entries = readonly AuditEntry[];

const maxStreams = 100;
/** Of entries that a reader has missed; the others are in the audit. */
const maxEntries = 100;

const headers = {
  "content-type": "text/event-stream",
  // nginx would hold events back until it has a buffer of them.
  "x-accel-buffering": "no",
};

/**
 * Server-sent events: each entry of the audit as `audit`, with its number as the id, and after each change where everything stands as
 * `changed`. A reader that comes back with the id it saw last gets what it has missed. What is left out of one that does not read shows in
 * the numbers, and is in the audit. Without the store there are no entries, and `changed` still tells of the kill switch.
 */
export function addEvents(app: Hono, deps: Deps, options: BroadcastOptions = {}): void {
  const broadcast = createBroadcast(options);
  let turn = 0;
  /** Number of the newest entry that readers were told of; null: the audit could not be read. */
  let told: number | null = null;
  let stood: string | null = null;
  let telling = false;
  const tell = async (): Promise<void> => {
    telling = true;
    let done: number;
    do {
      done = turn;
      const newer = await entriesSince(told, deps);
      told = newer.at(-1)?.seq ?? told;
      const now = standing(deps);
      if (newer.length > 0 || now !== stood) broadcast.send(newer.map(entryText).join("") + now);
      stood = now;
    } while (done !== turn && broadcast.size() > 0);
    telling = false;
  };
  deps.onFlags(() => {
    turn += 1;
    if (!telling && broadcast.size() > 0) void tell();
  }, new AbortController().signal);

  /** Read again where something was written meanwhile: nothing is told of that between reading and joining. */
  const caughtUp = async (since: number | null): Promise<{ missed: Entries; newest: number | null }> => {
    for (;;) {
      const begun = turn;
      const newest = await entriesOf(deps, 1);
      const missed = since === null ? [] : await entriesSince(since, deps);
      if (begun === turn) return { missed, newest: newest === null ? null : (newest[0]?.seq ?? 0) };
    }
  };

  resource(app, "/api/events", {
    async GET(c) {
      if (broadcast.size() >= maxStreams) {
        c.header("retry-after", "30");
        return problem(c, 503, `${maxStreams} event streams are open, which is the limit: try again later`);
      }
      if (c.req.method === "HEAD") return c.body(null, 200, headers);
      const { missed, newest } = await caughtUp(numberOf(c.req.header("last-event-id")));
      if (broadcast.size() === 0) told = newest;
      const session = c.get("session") ?? null;
      const stream = broadcast.join(`retry: 2000\n${missed.map(entryText).join("")}${standing(deps)}`);
      return c.body(session === null ? stream : endingAt(stream, session.endsMs - deps.now()), 200, headers);
    },
  });
}

/** Newest first; null: the audit cannot be read. */
function entriesOf({ audit }: Deps, limit: number): Promise<Entries | null> {
  return audit({ limit }).catch(() => null);
}

/** Oldest first; of what is not known to have been told the newest. */
async function entriesSince(seq: number | null, deps: Deps): Promise<Entries> {
  const newest = (await entriesOf(deps, maxEntries)) ?? [];
  if (seq === null) return newest.slice(0, 1);
  // Of a store that lost what was before, and began anew.
  const isAnother = (newest[0]?.seq ?? seq) < seq;
  return newest.filter((entry) => isAnother || entry.seq > seq).toReversed();
}

function entryText({ seq, at, actor, action, subject, reason, version, environment }: AuditEntry): string {
  const data = JSON.stringify({ seq, at, actor, action, subject, reason, version, environment });
  return `id: ${seq}\nevent: audit\ndata: ${data}\n\n`;
}

function standing(deps: Deps): string {
  const { version } = flagsNow(deps).snapshot;
  return `event: changed\ndata: ${JSON.stringify({ version, killed: deps.killed() })}\n\n`;
}

/** null: not one of ours. */
function numberOf(id: string | undefined): number | null {
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : null;
}
