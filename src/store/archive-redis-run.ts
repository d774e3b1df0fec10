import { z } from "zod";
import { StoreError } from "../registry/index.ts";
import type { RedisCalls } from "./redis-calls.ts";

/** Of what is kept under the keys of the archive. */
export const ARCHIVE_SCHEMA = 1;

/** What every script on these keys begins with. */
export const OPENING = `
local head = KEYS[1]
local schema = tonumber(redis.call('HGET', head, 'schema') or 0)
if not schema or schema > ${ARCHIVE_SCHEMA} then return { 'newer', tostring(schema) } end
`;

/** What is asked of a script: its keys, and its arguments. */
export interface Asked {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

const answers = z.tuple([z.string()]).rest(z.unknown());

/** What a script says, first a word; rejects where it could not do its work. */
export async function runScript(redis: RedisCalls, script: string, { keys, args }: Asked) {
  const answer = answers.parse(await redis.call("EVAL", [script, keys.length, ...keys, ...args]));
  const [word, more] = answer;
  if (word === "newer") {
    throw new StoreError(
      "newer",
      `The archive in Redis '${redis.name}' was written by a later Sombra: its schema is ${String(more)}, this one knows ` +
        `${ARCHIVE_SCHEMA}. Run that version, or name another database in the URL`,
    );
  }
  if (word === "mistyped") {
    throw new StoreError(
      "corrupt",
      `Redis '${redis.name}' has a key of Sombra that holds something else: see '{sombra}:archive:*'`,
    );
  }
  return answer;
}
