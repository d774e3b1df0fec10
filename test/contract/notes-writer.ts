/** A process that puts 200 notes in each call, and says before and after which ones, until it is killed. `args`: path or URL, name. */
import { openedAt } from "./address.ts";
import { say } from "./saying.ts";

const [address = "", name = ""] = process.argv.slice(2);
const { notes } = openedAt(address);

for (let batch = 0; ; batch += 1) {
  const id = `${name}-${batch}`;
  await say(`puts ${id}`);
  await notes.put(
    Array.from({ length: 200 }, (_, index) => {
      return { space: "answered", key: `${id}:${index}`, value: "legacy", untilMs: Date.now() + 60_000 } as const;
    }),
  );
  await say(`put ${id}`);
}
