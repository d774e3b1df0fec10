import type { ReadAnswer } from "./call.ts";
import { plainBody } from "./coding.ts";
import type { Upstream } from "./upstream.ts";

/**
 * The answer to a media lookup for a side that is not legacy: its `url`, where it is that of an upstream, leads through the
 * egress too. Otherwise the answer as it is.
 */
export function withOwnUrl(answer: ReadAnswer, upstreams: Iterable<Upstream>, sideUrl: string): ReadAnswer {
  const plain = plainBody(answer.body, answer.rawHeaders);
  if (plain === null) return answer;
  const lookup = parse(plain);
  if (typeof lookup?.url !== "string") return answer;
  for (const { name, url: outside } of upstreams) {
    if (!lookup.url.startsWith(`${outside}/`)) continue;
    const own = { ...lookup, url: `${sideUrl}/${name}${lookup.url.slice(outside.length)}` };
    return { ...answer, rawHeaders: uncoded(answer.rawHeaders), body: Buffer.from(JSON.stringify(own)) };
  }
  return answer;
}

function uncoded(raw: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.toLowerCase() !== "content-encoding") out.push(raw[i] ?? "", raw[i + 1] ?? "");
  }
  return out;
}

function parse(body: Buffer): { readonly url?: unknown } | null {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}
