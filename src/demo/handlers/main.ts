/** A handler as a process: `main.ts legacy|candidate` and the options of `flagsOf`. Prints its port on a line. */
import { optionsOf } from "./options.ts";
import { serve } from "./serve.ts";

const [name, ...flags] = process.argv.slice(2);
if (name !== "legacy" && name !== "candidate") {
  throw new Error(`Cannot start a handler: "${name}" is neither "legacy" nor "candidate"`);
}

const handler = await serve(name, optionsOf(flags));
console.log(new URL(handler.url).port);

// The parent holds the other end: when it goes, however it goes, so does this process.
process.stdin.resume().on("close", () => void handler.stop());
