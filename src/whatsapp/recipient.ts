import { recipientOf } from "./graph-call.ts";
import type { JsonObject } from "./json.ts";
import { shopperId } from "./shopper-id.ts";

interface Spelling {
  readonly other: RegExp;
  /** What all of them get here. */
  readonly canonical: string;
  readonly isCanonical: RegExp;
  /** What `other` matches, of what is canonical. */
  readonly back: string;
}

/** Numbers that reach the same phone in two spellings. No two of these meet in one number. */
const spellings: readonly Spelling[] = [
  // Brazil: a mobile number with or without its ninth digit. Landlines begin with 2 to 5 and have none. Whatever has
  // nine digits may come with eight.
  {
    other: /^55(?<area>[1-9][1-9])(?<local>[016-9]\d{7})$/,
    canonical: "55$<area>9$<local>",
    isCanonical: /^55(?<area>[1-9][1-9])9(?<local>\d{8})$/,
    back: "55$<area>$<local>",
  },
  // Argentina: a mobile number as it is dialled from abroad.
  {
    other: /^549(?<national>\d{10})$/,
    canonical: "54$<national>",
    isCanonical: /^54(?<national>\d{10})$/,
    back: "549$<national>",
  },
  // Mexico: likewise, until 2019.
  {
    other: /^521(?<national>\d{10})$/,
    canonical: "52$<national>",
    isCanonical: /^52(?<national>\d{10})$/,
    back: "521$<national>",
  },
];

/** What people put into numbers. */
const separators = /[\s().-]/g;
const looksLikeNumber = /^(?:whatsapp:)?\+?[\d\s().-]+(?:@(?:s\.whatsapp\.net|c\.us))?$/;

/** As most numbers come. */
const plainNumber = /^[1-9]\d{0,14}$/;

/** An id as it stands in effects' recipients: a phone number in its one spelling, any other as it is. */
export function canonicalId(id: string): string {
  const digits = plainNumber.test(id) ? id : digitsOf(id);
  if (digits === null) return id;
  // All of the spellings begin with it, and this is asked for each key of each call.
  if (!digits.startsWith("5")) return digits;
  for (const { other, canonical } of spellings) if (other.test(digits)) return digits.replace(other, canonical);
  return digits;
}

/**
 * All ways in which a phone number is written as an id, in each of its spellings, plain digits first; the last is the
 * id as given. Of any other id, that.
 */
export function writtenForms(id: string): readonly string[] {
  const number = canonicalId(shopperId(id) ?? id);
  if (!plainNumber.test(number)) return [...new Set([number, id])];
  const numbers = spellingsOf(number);
  const marked = numbers.flatMap((digits) => [
    `+${digits}`,
    `whatsapp:+${digits}`,
    `whatsapp:${digits}`,
    `${digits}@s.whatsapp.net`,
    `${digits}@c.us`,
  ]);
  return [...new Set([...numbers, ...marked, id])];
}

/** All ids, numbers as their digits, that have the same one spelling as this. A shopper may be known by any of them. */
export function spellingsOf(id: string): readonly string[] {
  const canonical = canonicalId(id);
  const others = spellings.filter(({ isCanonical }) => isCanonical.test(canonical));
  return [canonical, ...others.map(({ isCanonical, back }) => canonical.replace(isCanonical, back))];
}

/** null: no number. */
function digitsOf(id: string): string | null {
  if (!looksLikeNumber.test(id)) return null;
  // The domain keeps its dots.
  const [number = "", ...domain] = id.split("@");
  return shopperId([number.replaceAll(separators, ""), ...domain].join("@"));
}

/** Whom a send goes to, as `alias` knows them; null: it names nobody. */
export function recipientIdOf(fields: JsonObject, alias: (id: string) => string): string | null {
  const recipient = recipientOf(fields);
  if (recipient === null) return null;
  if (fields.recipient_type === "group") return recipient.id;
  return canonicalId(alias(canonicalId(recipient.id)));
}
