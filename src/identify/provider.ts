import type { RequestHead } from "../model/index.ts";
import type { UrlOf } from "./address.ts";
import type { Reading } from "./reading.ts";

/** An item as a profile finds it, before it is known whose it is. */
export interface FoundItem {
  readonly id: string | null;
  /** A bounded word, see `Item`. */
  readonly kind: string;
  /** Ids of its shopper, all of the same person, the one to go by first. Empty: nobody's. */
  readonly who: readonly string[];
  /** The business's phone number id; absent: unknown. */
  readonly phone?: string | null;
  /** Of what was sent before, the id that the send was answered with, see `Item`; absent: it is about nothing that was. */
  readonly about?: string | null;
}

/** What a delivery holds, in the order of its bytes. */
export type ItemsOf = (reading: Reading) => readonly FoundItem[];

/** How a provider signs its deliveries. Pure; never throws. */
export interface SignatureScheme {
  /** Whether the delivery bears a signature made with this secret, told in constant time. */
  verify(head: RequestHead, body: Uint8Array, secret: string): boolean;
  /** Its fields with the signatures among them made with this secret, each in the place and under the name it had. */
  renew(head: RequestHead, body: Uint8Array, secret: string): readonly string[];
}

/** How a provider's deliveries look: data and pure functions. */
export interface Provider {
  readonly name: string;
  /** Whether requests of this method make items; the others go to legacy in every mode. */
  makesItems(method: string): boolean;
  readonly itemsOf: ItemsOf;
  /**
   * The delivery with these of its items only (indices), the others cut out of its bytes; the body itself where these are
   * all. null: the bytes leave a doubt. Absent: it cannot be cut.
   */
  cut?(reading: Reading, kept: ReadonlySet<number>): Uint8Array | null;
  /**
   * A body with other ids in the places of these, and every other byte as it is. null: one of them is not in it, or the bytes
   * leave a doubt. Absent: no id can be put in the place of another.
   */
  rename?(body: Uint8Array, ids: ReadonlyMap<string, string>): Uint8Array | null;
  /** Absent: they are not signed. A function where a signature covers the address that was called. */
  readonly signature?: SignatureScheme | ((urlOf: UrlOf) => SignatureScheme);
}

/** A provider whose scheme knows the address that was called. */
export interface CheckedProvider extends Omit<Provider, "signature"> {
  readonly signature: SignatureScheme | undefined;
}

const request: readonly FoundItem[] = [{ id: null, kind: "request", who: [] }];
const withoutEffect: ReadonlySet<string> = new Set(["HEAD", "OPTIONS", "TRACE"]);

/** Any HTTP traffic: a delivery is one item. */
export const http: Provider = {
  name: "http",
  makesItems: (method) => !withoutEffect.has(method),
  itemsOf: () => request,
};
