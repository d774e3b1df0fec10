import type { RequestHead } from "../model/index.ts";
import type { Reading } from "./reading.ts";

/** An item as a profile finds it, before it is known whose it is. */
export interface FoundItem {
  readonly id: string | null;
  /** A bounded word, see `Item`. */
  readonly kind: string;
  /** Ids of its shopper, all of the same person, the one to go by first. Empty: nobody's. */
  readonly who: readonly string[];
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
  /** Absent: they are not signed. */
  readonly signature?: SignatureScheme;
}

const request: readonly FoundItem[] = [{ id: null, kind: "request", who: [] }];
const withoutEffect: ReadonlySet<string> = new Set(["HEAD", "OPTIONS", "TRACE"]);

/** Any HTTP traffic: a delivery is one item. */
export const http: Provider = {
  name: "http",
  makesItems: (method) => !withoutEffect.has(method),
  itemsOf: () => request,
};
