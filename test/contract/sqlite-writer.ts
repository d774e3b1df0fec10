/** A process that writes to a store in SQLite, one commit after the other, and says each version, until it is killed. */
import { createSqliteStore } from "../../src/store/index.ts";
import { say } from "./saying.ts";
import { record, setting, write } from "./writing.ts";

const [path = ""] = process.argv.slice(2);
const store = createSqliteStore({ path, events: { moved: () => undefined } });

for (;;) {
  const version = (await store.position()).version + 1;
  await write(store, {
    change: {
      flags: setting(record("A", { version, denylist: version })).flags,
      lists: [{ kind: "edited", list: "denylist:A", added: [`shopper ${version}`], removed: [] }],
    },
  });
  await say(`${version}`);
}
