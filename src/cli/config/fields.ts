import { isIP } from "node:net";

import { z } from "zod";

import { parseExtractor } from "../../identify/index.ts";
import type { Extractor } from "../../identify/index.ts";
import { parseRedisUrl } from "../../lib/redis-url.ts";
import { oneOf, showName, suggestion } from "./say.ts";

/*
 * Kinds of values. The message of every issue ends the sentence "must be ...", save that of unknown options, which
 * lists the options there are.
 */

/** A map with these options and no others. */
export function options<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(" ");
  return z.strictObject(shape, { error: ({ code }) => (code === "unrecognized_keys" ? known : "a map of options") });
}

/** `options` that may be left out, or left empty, which yaml calls null. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.preprocess((value) => value ?? {}, options(shape));
}

export function listOf<Element extends z.ZodType>(element: Element) {
  return z.array(element, "a list");
}

export function whole(min: number, max: number) {
  const mustBe = wholeFrom(min, max);
  return z.int(mustBe).min(min, mustBe).max(max, mustBe);
}

/** A whole number written out, as a variable has it. */
export function wholeText(min: number, max: number) {
  return parsed(wholeFrom(min, max), (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    return value >= min && value <= max ? value : undefined;
  });
}

const shareMustBe = 'a number from 0 to 1, or a percentage such as "5%"';
/** 0 to 1. */
export const share = z.preprocess(
  (value) => {
    const percent = typeof value === "string" ? /^(\d{1,3}(?:\.\d{1,6})?) ?%$/.exec(value) : null;
    return percent === null ? value : Number(percent[1]) / 100;
  },
  z.number(shareMustBe).min(0, shareMustBe).max(1, shareMustBe),
);

export const yesNo = z.boolean("true or false");

export function word<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, oneOf(words));
}

/** Text that `parse` can make something of. */
function parsed<Value>(mustBe: string, parse: (text: string) => Value | undefined) {
  return z.string(mustBe).transform((text, context): Value => {
    const value = parse(text);
    if (value !== undefined) {
      return value;
    }
    context.addIssue(mustBe);
    return z.NEVER;
  });
}

export const switchText = parsed("0, 1, true or false", (text) => {
  const lower = text.toLowerCase();
  return lower === "1" || lower === "true" ? true : lower === "0" || lower === "false" ? false : undefined;
});

/** Origin and base path; a trailing slash is dropped, so that equal addresses are equal texts. */
export const httpUrl = parsed(
  "an http:// or https:// address without user name, password, query or fragment",
  (text) => {
    if (!/^https?:\/\/[^\s\\?#/][^\s\\?#]*$/i.test(text) || !URL.canParse(text)) {
      return undefined;
    }
    const { origin, pathname, port, username, password } = new URL(text);
    return username !== "" || password !== "" || port === "0" ? undefined : origin + pathname.replace(/\/+$/, "");
  },
);

/** Where a trace is looked at, by its id: `http(s)://…{trace_id}…`. */
export const traceAddress = parsed('an http:// or https:// address with "{trace_id}" in it', (text) =>
  /^https?:\/\/[^\s{}/]+\/\S*\{trace_id\}/i.test(text) && URL.canParse(text) ? text : undefined,
);

/** As it is: what is in it is known to the store only. */
export const redisUrl = z.string("a Redis address").superRefine((text, context) => {
  const parsedUrl = parseRedisUrl(text);
  if (!parsedUrl.ok) {
    context.addIssue(`a Redis address, which ${parsedUrl.problem.replace(/^Must/, "must")}`);
  }
});

export const hostName = parsed("an IP address or a host name, without port", (text) => {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) !== 0) {
    return bare;
  }
  // A name whose last label is a number is a mistyped address (WHATWG URL 3.5).
  return /^(?!.*(?:^|\.)\d+$)[a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?$/i.test(text) ? text.toLowerCase() : undefined;
});

/** Request targets are visible ASCII; `*` is refused because it looks like a pattern. */
export const pathPrefix = parsed('a path that begins with "/", without wildcard, query or fragment', (text) =>
  /^\/[!-~]*$/.test(text) && !/[*?#\\]/.test(text) ? text.replace(/\/+$/, "") || "/" : undefined,
);

/** `*` stands for one segment; `**` at the end for all that follow. */
export const rulePath = parsed('a path that begins with "/"; a segment may be "*", the last one "**"', (text) => {
  const segments = text.slice(1).split("/");
  const sound = (segment: string, index: number): boolean =>
    !segment.includes("*") || segment === "*" || (segment === "**" && index === segments.length - 1);
  return /^\/[!-~]*$/.test(text) && !/[?#\\]/.test(text) && segments.every(sound) ? text : undefined;
});
/** As divergences are shown: `*` stands for one segment, `**` at the end for all that follow. */
export const placePath = parsed(
  'a place such as /body/items/*/sku; a segment may be "*", the last one "**"',
  (text) => {
    const segments = text.slice(1).split("/");
    const sound = (segment: string, index: number): boolean =>
      segment === "{*}" || /^[^*{}]*$/.test(segment) || segment === "*" || isLast(segment, index);
    const isLast = (segment: string, index: number): boolean => segment === "**" && index === segments.length - 1;
    return /^\/[^\p{Cc}]{0,1023}$/u.test(text) && segments.every(sound) ? text : undefined;
  },
);
export const ruleId = matching(
  '1 to 64 letters, digits and "-", the first a letter or digit',
  /^[A-Za-z\d][A-Za-z\d-]{0,63}$/,
);
export const ruleKind = matching("a kind of items such as message.text, or message.*", /^[a-z][\w.-]{0,63}(?:\.\*)?$/);
/** ISO 8601; a date is its beginning, UTC. Milliseconds since the epoch. */
export const date = parsed("a date such as 2027-01-31", (text) => {
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const ms = Date.parse(text);
  // February 30 would be March 2.
  return Number.isNaN(ms) || new Date(Date.parse(text.slice(0, 10))).toISOString().slice(0, 10) !== text.slice(0, 10)
    ? undefined
    : ms;
});
export const upstreamName = matching("the name of an upstream", /^[a-z][a-z\d-]{0,63}$/);
export const method = matching("a method in capitals, such as POST", /^[A-Z]{1,20}$/);
export const fieldValue = matching("text without control characters", /^[ -~]{0,1000}$/);
/** A secret that goes into a header field. */
export const secretField = matching("visible ASCII characters", /^[!-~](?:[ -~]{0,8000}[!-~])?$/);

export const filePath = matching("a path", /^[^\0]+$/);
export const routeName = matching('1 to 64 letters, digits, ".", "_" or "-"', /^[\w.-]{1,64}$/);
/** Also in plans and in the store. */
export const channelName = matching(
  '1 to 64 letters, digits, ".", "_" or "-", the first a letter or digit',
  /^[a-z\d][\w.-]{0,63}$/i,
);
export const label = matching("1 to 64 printable ASCII characters", /^[ -~]{1,64}$/);
export const sentence = matching("one line of at most 500 characters", /^[^\p{Cc}]{0,500}$/u);
export const flagKey = matching(
  '1 to 128 letters, digits, ".", "_" or "-", the first a letter or digit',
  /^[a-z\d][\w.-]{0,127}$/i,
);
export const envPrefix = matching(
  'the beginning of variable names: letters, digits and "_"',
  /^[a-z_][a-z\d_]{0,127}$/i,
);

/** RFC 9110 5.6.2. */
export const headerName = parsed("a header name", (text) =>
  /^[!#$%&'*+.^_`|~\da-z-]+$/i.test(text) ? text.toLowerCase() : undefined,
);

/** What a side calls itself. */
export const version = matching(
  '1 to 64 letters, digits, ".", "_", "+" or "-", the first a letter or digit',
  /^[a-z\d][\w.+-]{0,63}$/i,
);

/** RFC 6750 2.1 allows fewer; nothing breaks by these. */
export const bearerToken = matching("visible ASCII characters without spaces", /^[!-~]+$/);
/** Written to the audit with everything its bearer does. */
export const tokenName = matching(
  '1 to 64 letters, digits, ".", "_", "@" or "-", the first a letter or digit',
  /^[a-z\d][\w.@-]{0,63}$/i,
);
export const sha256 = parsed("64 hexadecimal digits, the SHA-256 of the token", (text) =>
  /^[\da-f]{64}$/i.test(text) ? text.toLowerCase() : undefined,
);
export const salt = matching("1 to 128 visible ASCII characters", /^[!-~]{1,128}$/);
/** The first hashes, by the others what was hashed before is found. */
export const keyList = list("keys without control characters, separated by commas, none of them empty", (text) =>
  /^[^\p{Cc}]+$/u.test(text),
);
export const secretList = list("secrets separated by commas, none of them empty", (text) => text !== "");

/** `whatsapp` is what the route's profile reads from each item. */
export const extractor = parsed(
  '"whatsapp", "header:NAME", "query:NAME", "path:N" (counted from 1) or "json:/POINTER"',
  (text): Extractor | undefined =>
    text === "profile" ? undefined : (parseExtractor(text === "whatsapp" ? "profile" : text) ?? undefined),
);

/** `text` for a name that is none of `known`. */
export function unknownName(name: string, known: readonly string[]): string {
  const near = suggestion(name, known);
  return near === "" ? `${showName(name)} is unknown, must be ${oneOf(known)}` : `${showName(name)} is unknown${near}`;
}

function matching(mustBe: string, pattern: RegExp) {
  return z.string(mustBe).regex(pattern, mustBe);
}

function list(mustBe: string, accepts: (text: string) => boolean) {
  return parsed(mustBe, (text) => {
    const entries = text.split(",").map((entry) => entry.trim());
    return entries.every(accepts) ? entries : undefined;
  });
}

function wholeFrom(min: number, max: number): string {
  return `a whole number from ${min} to ${max}`;
}
