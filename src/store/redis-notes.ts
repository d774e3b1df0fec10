import { z } from "zod";
import { assertCount, assertNotes, StoreError, type Note, type Notes, type NoteSpace } from "../registry/index.ts";
import type { RedisCalls } from "./redis-calls.ts";
import { keys } from "./redis-keys.ts";
import { newer } from "./redis-read.ts";
import { NOTES_SCRIPT } from "./redis-script.ts";

const answered = z.tuple([z.string()]).rest(z.string());
const values = z.array(z.string().nullable());

/** Notes as keys that Redis forgets by itself; by its own clock, so that what it is told is how long each still has. */
export function redisNotes(redis: RedisCalls, now: () => number): Notes {
  return {
    async put(notes) {
      assertNotes(notes);
      if (notes.length === 0) return;
      const latest = latestOf(notes);
      const names = [
        keys.meta,
        ...notes.map(({ space, key }) => keys.note(space, key)),
        ...[...latest.keys()].map(keys.latestNote),
      ];
      const time = now();
      const args = [
        keys.channel,
        notes.length,
        ...notes.flatMap(({ value, untilMs }) => [value, Math.ceil(untilMs - time)]),
        ...[...latest.values()].flatMap((untilMs) => [untilMs, Math.ceil(untilMs - time)]),
        // The first key is no note's, and Lua counts from 1.
        ...notes.flatMap(({ line }, at) => (line === true ? [at + 2] : [])),
      ];
      const answer = answered.parse(await redis.call("EVAL", [NOTES_SCRIPT, names.length, ...names, ...args]));
      if (answer[0] === "newer") throw newer(redis, answer[1] ?? "");
    },
    async get(space, wanted) {
      assertCount(wanted);
      if (wanted.length === 0) return new Map();
      const names = wanted.map((key) => keys.note(space, key));
      const found = values.parse(await redis.call("MGET", names));
      return new Map(
        wanted.flatMap((key, at) => {
          const value = found[at] ?? null;
          return value === null ? [] : [[key, value] as const];
        }),
      );
    },
    async latest(space) {
      const text = z
        .string()
        .nullable()
        .parse(await redis.call("GET", [keys.latestNote(space)]));
      const latest = Number(text);
      if (!Number.isSafeInteger(latest)) {
        throw new StoreError(
          "corrupt",
          `Redis '${redis.name}' has something else in '${keys.latestNote(space)}': delete it`,
        );
      }
      return latest > now() ? latest : 0;
    },
  };
}

function latestOf(notes: readonly Note[]): ReadonlyMap<NoteSpace, number> {
  const latest = new Map<NoteSpace, number>();
  for (const { space, untilMs } of notes) latest.set(space, Math.max(untilMs, latest.get(space) ?? 0));
  return latest;
}
