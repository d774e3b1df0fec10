/** Loaded into every thread of a Sombra under test: bodies with these words are never read to their end, or end the thread. */
import { isMainThread } from "node:worker_threads";

const parse = JSON.parse.bind(JSON);

if (!isMainThread) {
  JSON.parse = (text, reviver) => {
    if (text.includes("never read to its end")) for (;;);
    if (text.includes("the end of its thread")) process.exit(1);
    return parse(text, reviver);
  };
}
