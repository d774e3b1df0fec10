import type { Json } from "../../model/index.ts";
import { epochTime, numberOf, writtenTime } from "../rules/values.ts";
import { isArray, isObject } from "./json.ts";
import type { Mutation } from "./pair.ts";

export type Keys = readonly (string | number)[];

/** A change of one place of a document. */
export interface Change {
  readonly what: Extract<Mutation, "value-changed" | "field-dropped" | "element-added">;
  /** The place that differs then. */
  readonly keys: Keys;
  /** It may be noise where it stands for a time about now. */
  readonly near: boolean;
  readonly changed: () => Json;
}

const PLANTED = "planted difference";
const LONG_AGO = "1999-12-31T23:59:59Z";
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;

/** Another value of the same type where there is one, plainly another, and never one of those that are new each time. */
function otherValue(value: Json): Json {
  switch (typeof value) {
    case "boolean":
      return !value;
    case "number":
      // Of a larger one a double would not change.
      return Math.abs(value) < 1e15 ? -Math.abs(value) - 1001 : 1001;
    case "string":
      if (TIME.test(value)) return LONG_AGO;
      return value === "" ? PLANTED : `${value} ${PLANTED}`;
    default:
      return PLANTED;
  }
}

const HOUR_MS = 3_600_000;
/** More than a day, beyond which a time is never noise by its class, whichever side of now it was on. */
const DAYS_MS = 72 * HOUR_MS;
/** Of numbers with more digits a double would not say what was written. */
const MAX_DIGITS = 15;

/** Values that only a tolerance too wide for most places takes for the same: a few percent away, an hour, some days. */
function nearValues(value: Json): readonly Json[] {
  if (typeof value !== "string" && typeof value !== "number") return [];
  const written = typeof value === "string" ? writtenTime(value) : null;
  if (written !== null) return [HOUR_MS, DAYS_MS].flatMap((ms) => timeText(written + ms));
  const number = numberOf(value);
  if (number === null || Math.abs(number) >= 10 ** MAX_DIGITS || String(value).length > MAX_DIGITS) return [];
  const decimals = /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;
  const at = epochTime(number);
  const unit = at === number ? 1 : 1000;
  const moved = at === null ? [] : [HOUR_MS, DAYS_MS].map((ms) => number + ms / unit);
  return [number + Math.max(1, 0.07 * Math.abs(number)), ...moved].map((near) => {
    const text = near.toFixed(decimals);
    return typeof value === "string" ? text : Number(text);
  });
}

function timeText(ms: number): readonly string[] {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? [] : [time.toISOString()];
}

/** Every change of a document, at most so many; of null and of nothing no member is dropped: rules may say it is the same. */
export function changesOf(document: Json, max: number): readonly Change[] {
  const changes: Change[] = [];
  for (const { keys, value } of placesIn(document, max)) {
    const at = (edit: (value: Json) => Json | undefined) => () => edited(document, keys, edit) ?? null;
    if (isArray(value)) {
      const more = [...value, PLANTED];
      changes.push({ what: "element-added", keys: [...keys, value.length], near: false, changed: at(() => more) });
    } else if (!isObject(value)) {
      changes.push({ what: "value-changed", keys, near: false, changed: at(otherValue) });
      for (const near of nearValues(value)) {
        changes.push({ what: "value-changed", keys, near: true, changed: at(() => near) });
      }
    }
    if (typeof keys.at(-1) === "string" && value !== null) {
      changes.push({ what: "field-dropped", keys, near: false, changed: at(() => undefined) });
    }
    if (changes.length >= max) break;
  }
  return changes;
}

interface At {
  readonly keys: Keys;
  readonly value: Json;
}

/** Breadth first: what is further up is more often looked at. */
function placesIn(document: Json, max: number): readonly At[] {
  const places: At[] = [{ keys: [], value: document }];
  for (let i = 0; i < places.length && places.length < max; i += 1) {
    const { keys, value } = places[i] ?? { keys: [], value: null };
    if (isArray(value)) {
      for (const [key, child] of value.entries()) places.push({ keys: [...keys, key], value: child });
    } else if (isObject(value)) {
      for (const [key, child] of Object.entries(value)) places.push({ keys: [...keys, key], value: child });
    }
  }
  return places;
}

/** A copy with another value at a place; undefined: without it. */
function edited(value: Json, [key, ...rest]: Keys, edit: (value: Json) => Json | undefined): Json | undefined {
  if (key === undefined) return edit(value);
  if (isArray(value)) {
    return value.flatMap((child, i) => (i === key ? (edited(child, rest, edit) ?? []) : [child]));
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value).flatMap(([name, child]): [string, Json][] => {
    const now = name === key ? edited(child, rest, edit) : child;
    return now === undefined ? [] : [[name, now]];
  });
  return Object.fromEntries(members);
}
