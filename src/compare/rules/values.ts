import { Exact } from "../json.ts";
import type { Value } from "../redact.ts";

/** With noughts in front it is a code: a postcode, a telephone number. */
const DECIMAL = /^-?(?:0|[1-9]\d{0,29})(?:\.\d{1,30})?$/;

/** A number, or a text that is one written out; null: neither. */
export function numberOf(value: Value): number | null {
  if (typeof value === "number") return value;
  if (value instanceof Exact) return value.type === "number" ? Number(value.text) : null;
  return typeof value === "string" && DECIMAL.test(value) ? Number(value) : null;
}

/** So many digits a double holds as they are written. */
const EXACT_DIGITS = 15;

/** How far two numbers, or texts that are numbers, are apart as they are written; null: they are none, or without bound. */
export function distanceBetween(one: Value, other: Value): number | null {
  const [ours, theirs] = [numberOf(one), numberOf(other)];
  if (ours === null || theirs === null) return null;
  const [text, otherText] = [writtenNumber(one), writtenNumber(other)];
  const isLong = Math.max(text?.length ?? 0, otherText?.length ?? 0) > EXACT_DIGITS;
  const apart = isLong ? exactDistance(text ?? "", otherText ?? "") : null;
  const found = apart ?? Math.abs(ours - theirs);
  return Number.isFinite(found) ? found : null;
}

/** null: one of the two is written with an exponent. */
function exactDistance(one: string, other: string): number | null {
  if (!DECIMAL.test(one) || !DECIMAL.test(other)) return null;
  const places = Math.max(placesOf(one), placesOf(other));
  const apart = scaled(one, places) - scaled(other, places);
  return Number(`${apart < 0n ? -apart : apart}e-${places}`);
}

function placesOf(decimal: string): number {
  const point = decimal.indexOf(".");
  return point < 0 ? 0 : decimal.length - point - 1;
}

function scaled(decimal: string, places: number): bigint {
  return BigInt(decimal.replace(".", "") + "0".repeat(places - placesOf(decimal)));
}

/** ISO 8601 with a time of day. Without an offset it is taken for UTC. */
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([Zz]|[+-]\d{2}(?::?\d{2})?))?$/;
/** RFC 9110, 5.6.7. */
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})$/;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** A time as it is written out; null: it is none. Milliseconds since the epoch. */
export function writtenTime(text: string): number | null {
  // The longest has nine digits of a second and an offset.
  if (text.length < 16 || text.length > 36) return null;
  const iso = ISO.exec(text);
  if (iso === null) return HTTP_DATE.test(text) ? validOrNull(Date.parse(text)) : null;
  const [, year, month, day, hour, minute, second = "0", fraction = "0", zone = "Z"] = iso;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return validOrNull(at + Math.trunc(Number(`0.${fraction}`) * SECOND_MS) - offsetMs(zone));
}

function offsetMs(zone: string): number {
  if (zone === "Z" || zone === "z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || "0");
  return (zone.startsWith("-") ? -minutes : minutes) * MINUTE_MS;
}

function validOrNull(ms: number): number | null {
  return Number.isNaN(ms) ? null : ms;
}

/** Ten digits of seconds, thirteen of milliseconds: from 2001 to 2286. */
export function epochTime(value: number): number | null {
  if (value >= 1e9 && value < 1e10) return value * SECOND_MS;
  return value >= 1e12 && value < 1e13 ? value : null;
}

/** Whatever may be meant as a time, in milliseconds since the epoch. */
export function timeOf(value: Value): number | null {
  const written = typeof value === "string" ? writtenTime(value) : null;
  if (written !== null) return written;
  const number = numberOf(value);
  return number === null ? null : epochTime(number);
}

/** Texts are equal in any case. */
export function inAnyCase(text: string): string {
  return text.toLowerCase();
}

/** The same number to the last digit, at most one of the two as text. */
export function isSameNumber(one: Value, other: Value): boolean {
  if (typeof one === "string" && typeof other === "string") return false;
  const [ours, theirs] = [writtenNumber(one), writtenNumber(other)];
  return ours !== null && theirs !== null && plain(ours) === plain(theirs);
}

function writtenNumber(value: Value): string | null {
  if (typeof value === "number") return String(value);
  const text = value instanceof Exact && value.type === "number" ? value.text : value;
  if (typeof text === "string" && DECIMAL.test(text)) return text;
  return value instanceof Exact && value.type === "number" ? String(Number(value.text)) : null;
}

/** Without zeros that say nothing: digits that a number cannot hold make texts differ. */
function plain(text: string): string {
  const [whole = "", fraction = ""] = text.split(".");
  const digits = fraction.replace(/0+$/, "");
  return digits === "" ? whole : `${whole}.${digits}`;
}
