import type { Divergence, ValuesKept } from "../model/index.ts";
import { Exact } from "./json.ts";
import type { Value } from "./redact.ts";
import { compileMask, type Mask, type MaskBudget, MAX_MASKED_CHARACTERS, unmasked } from "./rules/mask.ts";

/** Stands for whatever is not to be kept; one character, so that a cut leaves it whole. */
const REDACTED = "█";
const MAX_BYTES = 1_024;
/** Of one item's answers, and of its effects: no more is looked at, and nothing kept of what is beyond. */
const MAX_CHARACTERS = 32_768;

export type Kept = NonNullable<Divergence["values"]>;

/** What is kept of two values at a place, given without indexes and hidden names; null: there is no room left. */
export type Redactor = (general: string, legacy: Value, candidate: Value) => Kept | null;

/** A new redactor, for one item of a route; null: the route keeps no values. */
export type Keeping = (route: string, budget?: MaskBudget) => Redactor | null;

export interface KeepingRoute {
  readonly name: string;
  readonly compare: { readonly values: ValuesKept | null };
}

export function keepingOf(routes: readonly KeepingRoute[]): Keeping {
  const masks = new Map<string, readonly Mask[]>();
  for (const { name, compare } of routes) {
    if (compare.values === null) continue;
    const own = compare.values.redact.map(compileMask).filter((mask) => mask !== null);
    masks.set(name, [...always, ...own]);
  }
  return (route, budget) => {
    const found = masks.get(route);
    return found === undefined ? null : createRedactor(found, budget);
  };
}

function createRedactor(masks: readonly Mask[], budget: MaskBudget | undefined): Redactor {
  const looking = { budget, beyond: "matches" } as const;
  let room = MAX_CHARACTERS;
  return (general, ...values) => {
    if (room <= 0) return null;
    const isSecret = general.split("/").some((name) => name === "{*}" || isSecretName(name));
    const [legacy = null, candidate = null] = values.map((value) => {
      const text = textOf(value);
      if (text === null) return null;
      const seen = text.slice(0, MAX_MASKED_CHARACTERS);
      room -= seen.length;
      return cut(isSecret ? REDACTED : unmasked(seen, masks, looking).join(REDACTED));
    });
    return { legacy, candidate };
  };
}

/** null: there is none, or bytes. */
function textOf(value: Value): string | null {
  if (value === undefined || value instanceof Uint8Array) return null;
  if (value instanceof Exact) return value.type === "number" ? value.text : null;
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(value, (name, inner: unknown) => {
    if (isSecretName(name)) return REDACTED;
    // An escape would stand between the digits of a number.
    if (typeof inner === "string") return inner.replace(/\p{Cc}/gu, " ");
    return inner instanceof Exact ? textOf(inner) : inner;
  });
}

/** Whole characters. */
function cut(text: string): string {
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(MAX_BYTES)).read);
}

/** A text that was kept as it was: nothing is redacted in it, and it has the length that the value had. */
export function isWhole(text: string, length: number | undefined): boolean {
  return !text.includes(REDACTED) && (length === undefined || text.length === length);
}

const SECRETS =
  "auth|bearer|cookie|credential|passcode|passw|passphrase|pwd|secret|senha|signature|token|api.?key|access.?key|private.?key|" +
  "session.?id|otp|pin.?code";
const secretName = new RegExp(SECRETS, "i");

function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/**
 * Each takes time linear in the text: what may be repeated is bounded, or cannot be followed by what it is made of itself.
 * Seven digits with up to three signs between any two of them are a telephone number, in any script.
 */
const always: readonly Mask[] = [
  /[+＋(]{0,2}\p{Nd}(?:[\s\p{Cf}\p{Pd}().,/_~•·*|:%+-]{0,3}\p{Nd}){6,}/gu,
  /wamid[\w.+/=-]*|\bHBg[\w+/=-]{8,}/giu,
  /[^\s@<>()[\]"',;:]{1,64}(?:@|%40)[^\s@<>()[\]"',;:]+/gu,
  /\b(?:Bearer|Basic|Digest)\s+[\w.~+/=-]+/giu,
  /\beyJ[\w-]+(?:\.[\w-]*){0,4}|\bEAA[A-Za-z\d]{16,}/gu,
  new RegExp(
    `[\\w-]{0,32}(?:${SECRETS})[\\w-]{0,32}\\\\?["']?\\s{0,3}[:=]\\s{0,3}\\\\?(?:"[^"]*"?|'[^']*'?|[^\\s"'&,;<}]+)`,
    "giu",
  ),
].map(
  (pattern): Mask =>
    (text) =>
      Array.from(text.matchAll(pattern), ({ 0: match, index }) => [index, index + match.length]),
);
