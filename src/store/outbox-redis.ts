import { z } from "zod";
import type { KeptMessage, Outbox } from "../notify/index.ts";
import { PUT_SCRIPT, WAITING_SCRIPT } from "./journal-redis-script.ts";
import { journalKeys as keys } from "./redis-keys.ts";

type Run = (script: string, names: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** The cursor, and key and message of each in turn; a cursor that is not there ends the list in some versions of Redis. */
const found = z.array(z.string().nullable());
const written = z.enum(["written", "overtaken"]);

/** The outbox beside the journal's keys. */
export function redisOutbox(run: Run): Outbox {
  return {
    async waiting() {
      const answer = found.parse(await run(WAITING_SCRIPT, [keys.cursor, keys.messages, keys.order], []));
      const [cursor = null, ...rest] = answer;
      const messages: KeptMessage[] = [];
      for (let at = 0; at + 1 < rest.length; at += 2) {
        const text = rest[at + 1] ?? "";
        const end = text.indexOf(" ");
        messages.push({ key: rest[at] ?? "", channel: text.slice(0, end), text: text.slice(end + 1) });
      }
      return { cursor, messages };
    },
    async put({ cursor, add, remove }, token) {
      const added = add.flatMap(({ key, channel, text }) => [key, `${channel} ${text}`]);
      const names = [keys.token, keys.cursor, keys.messages, keys.order];
      const answer = await run(PUT_SCRIPT, names, [token, cursor, remove.length, ...remove, ...added]);
      return written.parse(answer) === "written";
    },
  };
}
