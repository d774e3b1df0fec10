import type { DatabaseSync } from "node:sqlite";
import type { KeptMessage, Outbox, OutboxChange } from "../notify/index.ts";

export interface OutboxFile {
  readonly read: <T>(work: (database: DatabaseSync) => T) => Promise<T>;
  /** In a transaction of its own. */
  readonly write: <T>(work: (database: DatabaseSync) => T) => Promise<T>;
  /** Whether nobody has overtaken whoever bears this token. */
  readonly leads: (database: DatabaseSync, token: number) => boolean;
}

/** The outbox in the journal's file. */
export function sqliteOutbox({ read, write, leads }: OutboxFile): Outbox {
  return {
    waiting: () =>
      read((database) => {
        const { record } = database.prepare("SELECT record FROM outbox_cursor").get() ?? {};
        const rows = database.prepare("SELECT key, channel, record FROM outbox ORDER BY number").all();
        return { cursor: typeof record === "string" ? record : null, messages: rows.map(messageOf) };
      }),
    put: (change, token) =>
      write((database) => {
        if (!leads(database, token)) return false;
        putIn(database, change);
        return true;
      }),
  };
}

function messageOf({ key, channel, record }: Readonly<Record<string, unknown>>): KeptMessage {
  return { key: String(key), channel: String(channel), text: String(record) };
}

function putIn(database: DatabaseSync, { cursor, add, remove }: OutboxChange): void {
  const taken = database.prepare("DELETE FROM outbox WHERE key = ?");
  for (const key of remove) taken.run(key);
  const added = database.prepare("INSERT OR IGNORE INTO outbox (key, channel, record) VALUES (?, ?, ?)");
  for (const { key, channel, text } of add) added.run(key, channel, text);
  database.prepare("INSERT OR REPLACE INTO outbox_cursor VALUES (1, ?)").run(cursor);
}
