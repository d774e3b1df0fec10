import { recipientOf } from "./graph-call.ts";
import type { JsonObject } from "./json.ts";
import { shopperId } from "./shopper-id.ts";

/** Numbers that reach the same phone in two spellings, and the one that they all get here. */
const spellings: readonly (readonly [RegExp, string])[] = [
  // Brazil: a mobile number with or without its ninth digit. Landlines begin with 2 to 5 and have none.
  [/^55(?<area>[1-9][1-9])(?<local>[016-9]\d{7})$/, "55$<area>9$<local>"],
  // Argentina: a mobile number as it is dialled from abroad.
  [/^549(?<national>\d{10})$/, "54$<national>"],
  // Mexico: likewise, until 2019.
  [/^521(?<national>\d{10})$/, "52$<national>"],
];

/** What people put into numbers. */
const separators = /[\s().-]/g;
const looksLikeNumber = /^(?:whatsapp:)?\+?[\d\s().-]+(?:@(?:s\.whatsapp\.net|c\.us))?$/;

/** An id as it stands in effects' recipients: a phone number in its one spelling, any other as it is. */
export function canonicalId(id: string): string {
  if (!looksLikeNumber.test(id)) return id;
  // The domain keeps its dots.
  const [number = "", ...domain] = id.split("@");
  const digits = shopperId([number.replaceAll(separators, ""), ...domain].join("@"));
  if (digits === null) return id;
  for (const [pattern, spelling] of spellings) if (pattern.test(digits)) return digits.replace(pattern, spelling);
  return digits;
}

/** Whom a send goes to, as `alias` knows them; null: it names nobody. */
export function recipientIdOf(fields: JsonObject, alias: (id: string) => string): string | null {
  const recipient = recipientOf(fields);
  if (recipient === null) return null;
  if (fields.recipient_type === "group") return recipient.id;
  return canonicalId(alias(canonicalId(recipient.id)));
}
