import type { Context } from "hono";
import { createBroadcast } from "../broadcast.ts";
import type { AdminDeps } from "../deps.ts";
import { endingAt } from "../ending-at.ts";
import { problem } from "../problem.ts";
import type { Session } from "../sessions.ts";
import { changedSince, marksNow, topics, type MarkedDeps, type Marks, type Topic } from "./marks.ts";

/** Tells pages that are open which of their parts are old, at most once a second. */
export interface Pulse {
  /** The stream of one page, which says of what it was made by `seen`: what changed since is told at once. */
  stream(c: Context, session: Session | null): Response;
}

const turnMs = 1_000;
const beatMs = 5_000;
/** Of this instance's pages together. */
const maxViewers = 100;

const headers = {
  "content-type": "text/event-stream",
  // nginx would hold events back until it has a buffer of them.
  "x-accel-buffering": "no",
};

type Deps = MarkedDeps & Pick<AdminDeps, "onFlags">;

const changed = (of: readonly Topic[]): string => `event: changed\ndata: ${of.join(" ")}\n\n`;

export function createPulse(deps: Deps): Pulse {
  const broadcast = createBroadcast({ heartbeatMs: beatMs, heartbeat: "event: beat\ndata:\n\n" });
  let timer: NodeJS.Timeout | null = null;
  let toldMs = Number.NEGATIVE_INFINITY;
  let known: Marks | null = null;
  const look = (): void => {
    if (broadcast.size() === 0) {
      if (timer !== null) clearInterval(timer);
      timer = null;
      return;
    }
    const now = marksNow(deps);
    const before = known ?? now;
    const news = topics.filter((topic) => now[topic] !== before[topic]);
    known = now;
    if (news.length === 0) return;
    toldMs = deps.now();
    broadcast.send(changed(news));
  };
  // What somebody has just changed is not waited for; changes that come thick wait for the next turn.
  deps.onFlags(() => {
    if (broadcast.size() > 0 && deps.now() - toldMs >= turnMs) look();
  }, new AbortController().signal);
  return {
    stream(c, session) {
      if (c.req.method === "HEAD") return c.body(null, 200, headers);
      if (broadcast.size() >= maxViewers)
        return problem(c, 503, `${maxViewers} pages are open, which is the limit: reload this one`);
      const now = marksNow(deps);
      if (timer === null) {
        known = now;
        timer = setInterval(look, turnMs).unref();
      }
      const missed = changedSince(c.req.query("seen") ?? "", now);
      const greeting = "retry: 1000\nevent: beat\ndata:\n\n";
      const stream = broadcast.join(missed.length === 0 ? greeting : greeting + changed(missed));
      return c.body(session === null ? stream : endingAt(stream, session.endsMs - deps.now()), 200, headers);
    },
  };
}
