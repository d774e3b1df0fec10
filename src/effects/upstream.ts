import { endToEnd, type RawHeaders, type Transport } from "../http/index.ts";
import type { Side } from "../model/index.ts";

/** An API outside that the sides may call through the egress. */
export interface UpstreamSettings {
  readonly name: string;
  /** Origin and base path, no trailing slash. */
  readonly url: string;
  readonly transport: Transport;
  /** `pass`: what a held side reads goes out where legacy's answer to the same is not to be had. */
  readonly reads: "pass" | "hold";
  /** Stands in for the `Authorization` of the candidate's calls that go out; null: theirs goes as it is. */
  readonly authorization: string | null;
  /** How long nothing may move until the answer begins; 0: no limit. */
  readonly timeoutMs: number;
}

export interface Upstream extends UpstreamSettings {
  /** As `Host` has it. */
  readonly host: string;
  /** Without a slash at its end; "": none. */
  readonly basePath: string;
}

export function createUpstream(settings: UpstreamSettings): Upstream {
  const { host, pathname } = new URL(settings.url);
  return { ...settings, host, basePath: pathname.replace(/\/$/, "") };
}

/** The fields of a call on its way out. Legacy's are its own, all but `Expect`, which is answered here. */
export function fieldsOut(raw: RawHeaders, side: Side, { host, authorization }: Upstream): string[] {
  const fields = endToEnd(raw);
  const own = side === "legacy" ? fields : withoutOurs(fields, authorization);
  for (let i = 0; i < own.length; i += 2) {
    // Told by length first: most names are let through without being lower-cased.
    const length = own[i]?.length;
    if (length === 4 && own[i]?.toLowerCase() === "host") own[i + 1] = host;
    else if (length === 6 && own[i]?.toLowerCase() === "expect") {
      own.splice(i, 2);
      i -= 2;
    }
  }
  return own;
}

/** Without what we told the side, and with the real token where there is one. */
function withoutOurs(fields: RawHeaders, authorization: string | null): string[] {
  const out: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const lower = fields[i]?.toLowerCase() ?? "";
    if (lower.startsWith("x-sombra-") || (authorization !== null && lower === "authorization")) continue;
    out.push(fields[i] ?? "", fields[i + 1] ?? "");
  }
  if (authorization !== null) out.push("authorization", authorization);
  return out;
}

/**
 * The target of a call on its way out, below the upstream's base path. The Graph API also takes a token by the query, which would
 * count beside the one that is put in its place.
 */
export function targetOut(target: string, side: Side, { basePath, authorization }: Upstream): string {
  return basePath + (side === "legacy" || authorization === null ? target : withoutTokens(target));
}

function withoutTokens(target: string): string {
  const mark = target.indexOf("?");
  if (mark < 0) return target;
  const kept = target
    .slice(mark + 1)
    .split("&")
    .filter((pair) => !/^(?:access_token|appsecret_proof)(?:=|$)/i.test(decoded(pair)));
  return kept.length === 0 ? target.slice(0, mark) : `${target.slice(0, mark)}?${kept.join("&")}`;
}

const overriding = /^(?:_?method|batch)(?:[=[]|$)/i;
const overridingFields: ReadonlySet<string> = new Set([
  "x-http-method-override",
  "x-http-method",
  "x-method-override",
  "x-method",
]);

/** Whether a call changes nothing: the Graph API, as others do, takes a GET for the method that its query names. */
export function isPlainRead(method: string, target: string, raw: RawHeaders): boolean {
  if (method !== "GET") return false;
  for (let i = 0; i < raw.length; i += 2) if (overridingFields.has(raw[i]?.toLowerCase() ?? "")) return false;
  const mark = target.indexOf("?");
  return (
    mark < 0 ||
    !target
      .slice(mark + 1)
      .split(/[&;]/)
      .some((pair) => overriding.test(decoded(pair)))
  );
}

/** As a server reads it; what cannot be decoded is taken as it stands. */
function decoded(pair: string): string {
  try {
    return decodeURIComponent(pair.replaceAll("+", " ")).trim();
  } catch {
    return pair;
  }
}
