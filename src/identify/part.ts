import type { Part, PartOf, Profile, RequestHead } from "../model/index.ts";
import type { AppSecrets } from "./examine.ts";
import type { CheckedProvider } from "./provider.ts";
import { createReading, type Reading } from "./reading.ts";

/** How a profile cuts deliveries down to some of their items, each signed so that the side it is for believes it. */
export function createPart(provider: CheckedProvider, secrets: AppSecrets | undefined): Profile["part"] {
  return (head, body, of) => {
    try {
      const bytes = take(provider, head, { body, of });
      const headers = bytes === null ? null : fieldsOf({ head, body }, bytes, { provider, secrets, side: of.side });
      return bytes === null || headers === null ? null : { headers, body: bytes };
    } catch {
      // The funnel for faults in a profile: what it cannot cut goes whole or not at all.
      return null;
    }
  };
}

interface Taken {
  readonly body: Uint8Array;
  readonly of: PartOf;
}

/** The body itself where these are all its items and all ids stay. */
function take(provider: CheckedProvider, head: RequestHead, { body, of }: Taken): Uint8Array | null {
  const cut = takeItems(provider, createReading(head, body), of.items);
  const bytes = cut === null ? null : renamed(provider, cut, of.renamed);
  return bytes !== body && isEncoded(head.rawHeaders) ? null : bytes;
}

function takeItems(provider: CheckedProvider, reading: Reading, items: readonly number[]): Uint8Array | null {
  if (provider.cut !== undefined) return provider.cut(reading, new Set(items));
  // A delivery in which a profile finds nothing is one item.
  return items.length === (provider.itemsOf(reading).length || 1) ? reading.body : null;
}

function renamed({ rename }: CheckedProvider, bytes: Uint8Array, ids: PartOf["renamed"]): Uint8Array | null {
  if (ids === undefined || ids.size === 0) return bytes;
  return rename === undefined ? null : rename(bytes, ids);
}

interface Signing {
  readonly provider: CheckedProvider;
  readonly secrets: AppSecrets | undefined;
  readonly side: PartOf["side"];
}

/** The fields of a part; null: they cannot be signed. */
function fieldsOf(
  { head, body }: { readonly head: RequestHead; readonly body: Uint8Array },
  bytes: Uint8Array,
  { provider: { signature }, secrets, side }: Signing,
): Part["headers"] | null {
  const isWhole = bytes === body;
  const fields = isWhole ? head.rawHeaders : resized(head.rawHeaders, bytes.length);
  if (signature === undefined) return fields;
  if (secrets === undefined || secrets.legacy.length === 0) return isWhole ? fields : null;
  if (isWhole && side === "legacy") return fields;
  // Whoever signs a part of what nobody signed vouches for it.
  const signer = secrets.legacy.find((secret) => signature.verify(head, body, secret));
  if (signer === undefined) return null;
  const own = side === "legacy" ? signer : (secrets.candidate[0] ?? signer);
  return isWhole && own === signer ? fields : signature.renew({ ...head, rawHeaders: fields }, bytes, own);
}

/** Digests of a body, in lower case: RFC 9530, RFC 3230, RFC 1864. */
const digests: ReadonlySet<string> = new Set(["content-digest", "repr-digest", "digest", "content-md5"]);

/** The fields for a body of another length: handlers refuse what comes without one, so it is set where it stood. */
function resized(rawHeaders: readonly string[], length: number): readonly string[] {
  const fields: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = "", value = ""] = rawHeaders.slice(i, i + 2);
    const lower = name.toLowerCase();
    if (!digests.has(lower)) fields.push(name, lower === "content-length" ? String(length) : value);
  }
  return fields;
}

function isEncoded(rawHeaders: readonly string[]): boolean {
  return rawHeaders.some(
    (value, i) =>
      i % 2 === 1 &&
      rawHeaders[i - 1]?.toLowerCase() === "content-encoding" &&
      !["", "identity"].includes(value.trim().toLowerCase()),
  );
}
