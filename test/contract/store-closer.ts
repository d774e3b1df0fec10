/** A process that opens a store, asks it once, closes it, and then has nothing more to do. `args`: its path or URL. */
import { createSqliteStore } from "../../src/store/index.ts";
import { redisStore } from "./redis-store.ts";

const [place = ""] = process.argv.slice(2);
const events = { moved: () => undefined };
const store = place.startsWith("redis") ? redisStore(place, events) : createSqliteStore({ path: place, events });
const answered = await store.position().then(
  () => true,
  () => false,
);
// A connection of a store that is open keeps the process from ending, as does a timer.
await store.close();
process.stdout.write(answered ? "answered" : "failed");
