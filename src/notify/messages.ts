import { z } from "zod";
import type { Cursor } from "./cursor.ts";
import type { Outcome, Waiting } from "./lane.ts";
import type { Notice } from "./notice.ts";
import type { Channel } from "./notifier-ports.ts";
import type { KeptMessage } from "./outbox.ts";
import type { Addressed } from "./regular-notices.ts";

/** What is looked at of a message that was kept; the rest is as it was written. */
const form = z.looseObject({
  id: z.string(),
  event: z.string(),
  severity: z.enum(["info", "warning", "critical"]),
  at: z.string(),
  document: z.looseObject({ title: z.string(), blocks: z.array(z.looseObject({ kind: z.string() })) }),
  facts: z.looseObject({}),
});

const isNotice = (value: unknown): value is Notice => form.safeParse(value).success;

/** A channel that is not configured gets nothing. */
export function messagesOf(addressed: readonly Addressed[], channels: readonly Channel[]): readonly KeptMessage[] {
  const names = new Set(channels.map(({ name }) => name));
  return addressed
    .filter(({ channel }) => names.has(channel))
    .map(({ channel, notice }) => ({ key: `${notice.id}:${channel}`, channel, text: JSON.stringify(notice) }));
}

/** null: the text is not what was written. */
export function readMessage({ key, channel, text }: KeptMessage): (Waiting & { readonly channel: string }) | null {
  try {
    const value: unknown = JSON.parse(text);
    return isNotice(value) ? { key, channel, notice: value, kept: true } : null;
  } catch {
    return null;
  }
}

/** With what came of one notice: what got there makes good what was given up before. */
export function kept(cursor: Cursor, { channel, outcome, why }: Outcome, nowMs: number): Cursor {
  const at = new Date(nowMs).toISOString();
  if (outcome === "sent") {
    const { [channel]: _, ...lost } = cursor.lost;
    return { ...cursor, lost, reached: { ...cursor.reached, [channel]: at } };
  }
  const count = (cursor.lost[channel]?.count ?? 0) + 1;
  return { ...cursor, lost: { ...cursor.lost, [channel]: { count, at, why } } };
}
