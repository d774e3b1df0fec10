import type { Effect, Json, RecordedCall } from "../model/index.ts";
import { createBodyDigest } from "./body-digest.ts";
import { parseMarked } from "../lib/exact-text.ts";
import { canonical } from "./canonical.ts";

/** What was done, apart from who did it when and what came of it. */
export type What = Pick<
  Effect,
  "operation" | "kind" | "recipient" | "phone" | "target" | "payload" | "refersTo" | "ids" | "produced"
>;

export const nothing: Omit<What, "operation" | "kind"> = {
  recipient: null,
  phone: null,
  target: null,
  payload: {},
  refersTo: null,
  ids: [],
  produced: [],
};

/** Any HTTP call: its method and path are what it is done to, query and body what is done. */
export function plainCall(call: RecordedCall, path: string): Omit<What, "operation" | "kind"> {
  const mark = call.target.indexOf("?");
  const query = mark < 0 ? {} : fieldsOf(call.target.slice(mark + 1), secrets);
  const body = bodyOf(call);
  const payload = {
    ...(body === null ? {} : { body }),
    ...(Object.keys(query).length === 0 ? {} : { query: canonical(query) ?? null }),
  };
  return { ...nothing, target: `${call.method} ${path}`, payload };
}

/** They are each side's own, and no part of what is done. */
const secrets: ReadonlySet<string> = new Set(["access_token", "appsecret_proof"]);
const noSecrets: ReadonlySet<string> = new Set();

/** The values of each field in order. */
function fieldsOf(form: string, without: ReadonlySet<string>): Readonly<Record<string, readonly string[]>> {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(form)) {
    if (without.has(name)) continue;
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return Object.fromEntries(fields);
}

function bodyOf(call: RecordedCall): Json {
  const { body, contentType } = call;
  if (body === null) return call.digest === null ? null : opaque(call);
  if (body.length === 0) return null;
  const read = readBody(body, contentType ?? "");
  const said = read === undefined ? undefined : canonical(read);
  return said === undefined ? opaque(call) : said;
}

/** undefined: neither JSON nor a form. */
function readBody(body: Buffer, contentType: string): unknown {
  const text = body.toString("utf8");
  if (contentType.startsWith("application/x-www-form-urlencoded")) return fieldsOf(text, noSecrets);
  try {
    return parseMarked(text);
  } catch {
    return undefined;
  }
}

/** Size, hash and type stand for what is not looked into. */
export function opaque({ body, digest, contentType }: RecordedCall): Json {
  if (body === null) return digest === null ? {} : { ...digest };
  const writer = createBodyDigest(contentType);
  writer.update(body);
  return { ...writer.end() };
}
