/** A process that opens a store, asks it once, closes it, and then has nothing more to do. `args`: its path or URL. */
import { openedAt } from "./address.ts";

const [address = ""] = process.argv.slice(2);
const store = openedAt(address);
const answered = await store.position().then(
  () => true,
  () => false,
);
// A connection of a store that is open keeps the process from ending, as does a timer.
await store.close();
process.stdout.write(answered ? "answered" : "failed");
