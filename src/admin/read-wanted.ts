import type { Context } from "hono";
import type { EditForm } from "./edits.ts";
import { createReadOnThread } from "./long-bodies.ts";
import { invalid, problem } from "./problem.ts";
import { readBytes, type Wanted } from "./wanted.ts";

/** Some 8,000 shoppers: what reads and checks them takes 5 ms. */
const maxBytesHere = 131_072;

/** What a body asks for, or the answer to one that cannot be read. */
export type ReadWanted = (c: Context, form: EditForm) => Promise<Wanted | Response>;

/** A long body is read on a thread of its own, so that nobody waits here, least of all who throws the kill switch. */
export function createReadWanted(): ReadWanted {
  const readOnThread = createReadOnThread();
  return async (c, form) => {
    const bytes = await c.req.arrayBuffer();
    const reading = bytes.byteLength > maxBytesHere ? await readOnThread(bytes, form) : readBytes(bytes, form);
    switch (reading.kind) {
      case "wanted":
        return reading.wanted;
      case "refused":
        return problem(c, 400, reading.detail);
      case "invalid":
        return invalid(c, reading.problems);
    }
  };
}
