import type { RequestHead } from "../model/index.ts";

/** The address the provider called, as it wrote it. */
export type UrlOf = (head: RequestHead) => string;

/** What is known of the address that the provider calls, for signatures that cover it. */
export interface PublicAddress {
  /** Origin and what stands before the path that reaches us, no trailing slash; null: as the request says. */
  readonly publicUrl: string | null;
  /** Whether the request may say so by `X-Forwarded-Proto`, `-Host` and `-Port`. */
  readonly trustForwarded: boolean;
}

/**
 * Nothing is believed by this: whoever forges these fields would have to forge a signature over them too. Without any
 * word on it the scheme is https, which providers call and something in front of us ends.
 */
export function createUrlOf({ publicUrl, trustForwarded }: PublicAddress): UrlOf {
  if (publicUrl !== null) return ({ target }) => publicUrl + pathOf(target);
  return ({ target, rawHeaders }) => {
    const field = (name: string): string | null => fieldOf(rawHeaders, name);
    const forwarded = (name: string): string | null => (trustForwarded ? field(`x-forwarded-${name}`) : null);
    const scheme = forwarded("proto") ?? "https";
    const host = forwarded("host") ?? field("host") ?? "";
    const port = forwarded("port");
    const isNamed = port === null || port === (scheme === "http" ? "80" : "443") || /:\d+$/.test(host);
    return `${scheme}://${isNamed ? host : `${host}:${port}`}${pathOf(target)}`;
  };
}

/** A target in absolute form (RFC 9112 3.2.2) begins with a scheme and an authority. */
function pathOf(target: string): string {
  return target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "");
}

/** Of a field that each proxy adds to, what the first one wrote. */
function fieldOf(rawHeaders: readonly string[], name: string): string | null {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== name) continue;
    const [first = ""] = (rawHeaders[i + 1] ?? "").split(",", 1);
    return first.trim() === "" ? null : first.trim();
  }
  return null;
}
