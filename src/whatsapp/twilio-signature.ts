import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { SignatureScheme, UrlOf } from "../identify/index.ts";
import type { RequestHead } from "../model/index.ts";

const field = "x-twilio-signature";

/**
 * As Twilio signs: HMAC-SHA1 with the account's auth token, in Base64, over the address that it called followed by the
 * form's fields in the order of their names. A body that is no form is covered by its SHA-256 in the address.
 */
export function twilioSignature(urlOf: UrlOf): SignatureScheme {
  return {
    verify(head, body, secret) {
      const claimed = claimedSignature(head.rawHeaders);
      if (claimed === null) return false;
      const bodyDigest = bodyDigestIn(head.target);
      if (bodyDigest !== null && !isDigestOf(bodyDigest, body)) return false;
      const fields = bodyDigest === null ? fieldsOf(body) : "";
      return withAndWithoutPort(urlOf(head)).some((url) =>
        timingSafeEqual(claimed, Buffer.from(sign(url + fields, secret))),
      );
    },
    renew(head, body, secret) {
      const { rawHeaders } = head;
      const fields = bodyDigestIn(head.target) === null ? fieldsOf(body) : "";
      const signature = sign(urlOf(head) + fields, secret);
      return rawHeaders.map((text, i) =>
        i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === field ? signature : text,
      );
    },
  };
}

/** 20 bytes in Base64, of which two texts may stand for the same: they are compared as they are written. */
const form = /^[A-Za-z0-9+/]{27}=$/;

/** null: there is none, it is not of the form, or there are several: handlers do not agree on which one counts. */
function claimedSignature(rawHeaders: RequestHead["rawHeaders"]): Buffer | null {
  let claimed: string | null = null;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== field) continue;
    if (claimed !== null) return null;
    claimed = rawHeaders[i + 1] ?? "";
  }
  return claimed !== null && form.test(claimed) ? Buffer.from(claimed) : null;
}

/** The last `bodySHA256`: Twilio adds it behind what the address has of its own. */
function bodyDigestIn(target: string): string | null {
  const mark = target.indexOf("?");
  return mark < 0 ? null : (new URLSearchParams(target.slice(mark + 1)).getAll("bodySHA256").at(-1) ?? null);
}

function isDigestOf(hex: string, body: Uint8Array): boolean {
  return (
    /^[0-9a-fA-F]{64}$/.test(hex) &&
    timingSafeEqual(Buffer.from(hex, "hex"), createHash("sha256").update(body).digest())
  );
}

/**
 * Names and values one after the other; the values of a name each once, in their order. Any body is read as a form, so
 * that none passes unsigned by calling itself something else.
 */
function fieldsOf(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  const values = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = values.get(name);
    if (known === undefined) values.set(name, new Set([value]));
    else known.add(value);
  }
  return [...values.keys()]
    .toSorted(byCodeUnit)
    .flatMap((name) => [...(values.get(name) ?? [])].toSorted(byCodeUnit).map((value) => name + value))
    .join("");
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Twilio has signed addresses with their port and without, so its own libraries accept both. */
function withAndWithoutPort(url: string): readonly string[] {
  const [, scheme = "", authority = "", rest = ""] = /^(https?:\/\/)([^/?#]*)(.*)$/s.exec(url) ?? [];
  if (scheme === "") return [url];
  const bare = authority.replace(/:\d+$/, "");
  return [url, scheme + (bare === authority ? `${authority}:${scheme === "http://" ? 80 : 443}` : bare) + rest];
}

function sign(text: string, secret: string): string {
  return createHmac("sha1", secret).update(text, "utf8").digest("base64");
}
