import type { Context } from "hono";
import type { AdminDeps } from "../deps.ts";
import { flagsNow } from "../in-force.ts";
import { problem } from "../problem.ts";
import { createBroadcast, type BroadcastOptions } from "../broadcast.ts";
import { tagOf } from "./version.ts";

export interface EventStreamsOptions extends BroadcastOptions {
  readonly maxStreams?: number;
}

/** A client that opens its stream so long after a change may have evaluated before it, and is told of it. */
const recentMs = 60_000;
const reconnectMs = 2_000;

const headers = {
  "content-type": "text/event-stream",
  // nginx would hold events back until it has a buffer of them.
  "x-accel-buffering": "no",
};

/** Answers with server-sent events that tell clients of bulk evaluation to evaluate anew: OFREP's event streams. */
export function createEventStreams(
  deps: Pick<AdminDeps, "flags" | "onFlags" | "now">,
  { maxStreams = 1_000, ...options }: EventStreamsOptions = {},
): (c: Context) => Response {
  const begun = deps.now();
  let changed: number | null = null;
  const broadcast = createBroadcast(options);
  const refetch = (tag: string): string => {
    const lastModified = Math.floor((changed ?? begun) / 1000);
    const data = JSON.stringify({ type: "refetchEvaluation", etag: tag, lastModified });
    return `id: ${tag}\nevent: message\ndata: ${data}\n\n`;
  };
  /** The id alone is no event, and makes a client that reconnects say where it was. */
  const greeting = (lastSeen: string | undefined): string => {
    const tag = tagOf(flagsNow(deps).snapshot);
    const recent = changed !== null && deps.now() - changed < recentMs;
    const missed = lastSeen === undefined ? recent : lastSeen !== tag;
    return `retry: ${reconnectMs}\n${missed ? refetch(tag) : `id: ${tag}\n\n`}`;
  };
  deps.onFlags(() => {
    changed = deps.now();
    broadcast.send(refetch(tagOf(flagsNow(deps).snapshot)));
  }, new AbortController().signal);

  return (c) => {
    if (broadcast.size() >= maxStreams) {
      c.header("retry-after", "30");
      return problem(c, 503, `${maxStreams} event streams are open, which is the limit: poll, or try again later`);
    }
    if (c.req.method === "HEAD") return c.body(null, 200, headers);
    return c.body(broadcast.join(greeting(c.req.header("last-event-id"))), 200, headers);
  };
}
