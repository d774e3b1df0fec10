import { createHash } from "node:crypto";
import type { AdminDeps } from "../deps.ts";
import { flagsNow } from "../in-force.ts";

/**
 * What live parts of pages go by. `stored`: flags, lists, rules, marks, rollouts and their checkpoints, incidents, the kill switch. `counts`:
 * what traffic counts. `health`: what is degraded, and the other instances. `clock`: every ten seconds, for what only time changes.
 */
export type Topic = "stored" | "counts" | "health" | "clock";

export const topics: readonly Topic[] = ["stored", "counts", "health", "clock"];

/** Of each topic a text that changes with it. */
export type Marks = Readonly<Record<Topic, string>>;

const clockMs = 10_000;
const between = ".";

export type MarkedDeps = Pick<AdminDeps, "flags" | "book" | "rollouts" | "ailing" | "instances" | "now">;

export function marksNow({ flags, book, rollouts, ailing, instances, now }: MarkedDeps): Marks {
  const { snapshot, store } = flagsNow({ flags });
  return {
    stored: `${snapshot.version} ${snapshot.killed} ${store.up} ${rollouts.told()}`,
    counts: String(book.changes()),
    health: JSON.stringify([ailing().map(({ sinceMs }) => sinceMs), instances()]),
    clock: String(Math.floor(now() / clockMs)),
  };
}

/** What a page bears, to ask later what has changed since it was made. */
export function sealed(marks: Marks): string {
  return topics.map((topic) => short(marks[topic])).join(between);
}

/** Topics that are not as they were then; none of what nobody sealed. */
export function changedSince(seal: string, marks: Marks): readonly Topic[] {
  const then = seal.split(between);
  return then.length === topics.length ? topics.filter((topic, index) => short(marks[topic]) !== then[index]) : [];
}

function short(mark: string): string {
  return createHash("sha256").update(mark).digest("base64url").slice(0, 8);
}
