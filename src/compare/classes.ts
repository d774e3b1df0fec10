import { describe, type Value } from "./redact.ts";
import { epochTime, writtenTime } from "./rules/values.ts";
import { isDocument, isToken } from "./tokens.ts";

/** What a value is, as a bounded word. */
export type ValueClass =
  | "absent"
  | "null"
  | "boolean"
  | "number"
  | "text"
  | "bytes"
  | "array"
  | "object"
  | "uuid"
  | "wamid"
  | "token"
  | "time";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** When the compared exchange was; remembers whether anything depended on it. */
export class Around {
  readonly #at: number;
  #asked = false;

  /** `at`: milliseconds since the epoch. */
  constructor(at: number) {
    this.#at = at;
  }

  isNear(ms: number): boolean {
    this.#asked = true;
    return Math.abs(ms - this.#at) <= DAY_MS;
  }

  get asked(): boolean {
    return this.#asked;
  }
}

const UUID = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}";
const WAMID = "wamid\\.[A-Za-z0-9+/_-]{8,}={0,2}";
/** Not the one that is all zeros, or all ones: they stand for none (RFC 9562, 5.9 and 5.10). */
const isUuid = new RegExp(`^(?:urn:uuid:)?(?![0-]+$|[Ff-]+$)${UUID}$`);
const isWamid = new RegExp(`^${WAMID}$`);

/** The class of a value by itself. A number, or its digits as text, is a time only where it is one near now. */
export function classOf(value: Value, now: Around): ValueClass {
  if (typeof value === "string") return classOfText(value, now);
  if (typeof value === "number" && isNearEpoch(value, now)) return "time";
  const { type } = describe(value);
  return type === "string" ? "text" : type;
}

function classOfText(text: string, now: Around): ValueClass {
  if (text.length < 10) return "text";
  if (isDigits.test(text)) return isNearEpoch(Number(text), now) ? "time" : "text";
  if (isUuid.test(text)) return "uuid";
  if (isWamid.test(text)) return "wamid";
  if (writtenTime(text) !== null) return "time";
  return isToken(text) ? "token" : "text";
}

/** Ten digits of seconds, with or without a fraction, or thirteen of milliseconds. */
const isDigits = /^(?:\d{10}(?:\.\d{1,9})?|\d{13})$/;

function isNearEpoch(value: number, now: Around): boolean {
  const ms = epochTime(value);
  return ms !== null && now.isNear(ms);
}

/** How two values differ. */
export interface Change {
  /** Their class, or both where they have two; a bounded word. */
  readonly word: string;
  /** The class of values that differ always, and say nothing by it; null: these may say something. */
  readonly volatile: string | null;
}

/** `legacy` and `candidate` are known to be unequal. */
export function changeBetween(legacy: Value, candidate: Value, now: Around): Change {
  const [ours, theirs] = [classOf(legacy, now), classOf(candidate, now)];
  if (ours !== theirs) return { word: `${ours}>${theirs}`, volatile: null };
  if (describe(legacy).type !== describe(candidate).type) return { word: ours, volatile: null };
  switch (ours) {
    case "uuid":
    case "wamid":
    case "token":
      return { word: ours, volatile: ours };
    case "time":
      return { word: ours, volatile: areReadings(legacy, candidate, now) ? ours : null };
    case "text":
      return changeOfTexts(legacy, candidate, now);
    default:
      return { word: ours, volatile: null };
  }
}

/** Times that clocks showed around now. A whole minute is a time that somebody chose: an appointment, an opening hour. */
function areReadings(legacy: Value, candidate: Value, now: Around): boolean {
  // Seconds against milliseconds are another unit.
  if (isInSeconds(legacy) !== isInSeconds(candidate)) return false;
  const times = [legacy, candidate].map(msOf);
  return times.every((ms) => now.isNear(ms) && ms % 60_000 !== 0);
}

function isInSeconds(value: Value): boolean {
  return typeof value === "object" ? false : Number(value) < 1e11;
}

function msOf(value: Value): number {
  if (typeof value === "string") return writtenTime(value) ?? epochTime(Number(value)) ?? Number.NaN;
  return typeof value === "number" ? (epochTime(value) ?? Number.NaN) : Number.NaN;
}

/** Texts are looked into as far as a message may be long, from the length on that the shortest volatile part has. */
const MAX_LOOKED_INTO = 4_096;
const MIN_LOOKED_INTO = 16;

/** What may be volatile inside a text: as much of it as reads as one. */
const PARTS = new RegExp(
  `${WAMID}|${UUID}|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d:?\\d\\d)?|[A-Za-z0-9_-]{16,}`,
  "g",
);

function changeOfTexts(legacy: Value, candidate: Value, now: Around): Change {
  const plain: Change = { word: "text", volatile: null };
  if (typeof legacy !== "string" || typeof candidate !== "string") return plain;
  const [shorter, longer] = [Math.min(legacy.length, candidate.length), Math.max(legacy.length, candidate.length)];
  if (shorter < MIN_LOOKED_INTO || longer > MAX_LOOKED_INTO) return plain;
  if (isDocument(legacy) || isDocument(candidate)) return plain;
  const ours = takenApart(legacy, now);
  if (ours.volatile.length === 0) return plain;
  const theirs = takenApart(candidate, now);
  const { volatile } = theirs;
  if (ours.rest !== theirs.rest || ours.volatile.length !== volatile.length) return plain;
  const changed = new Set<string>();
  for (const [i, one] of ours.volatile.entries()) {
    const other = volatile[i];
    if (one === other) continue;
    const { volatile: kind } = changeBetween(one, other, now);
    if (kind === null) return plain;
    changed.add(kind);
  }
  // A mark may stand in a text by itself.
  if (changed.size === 0) return plain;
  const kind = changed.size === 1 ? [...changed].join("") : "several";
  return { word: `text+${kind}`, volatile: `text+${kind}` };
}

interface TakenApart {
  /** With a mark for each volatile part. */
  readonly rest: string;
  readonly volatile: readonly string[];
}

function takenApart(text: string, now: Around): TakenApart {
  const volatile: string[] = [];
  const rest = text.replaceAll(PARTS, (part) => {
    if (classOf(part, now) === "text") return part;
    volatile.push(part);
    return "\u0000";
  });
  return { rest, volatile };
}
