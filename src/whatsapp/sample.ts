/** Deliveries for tests: read by a provider's profile, and broken at every level; and effects of calls to the Graph API. */
import { createProfile, createReading, type FoundItem, type Provider } from "../identify/index.ts";
import type { Effect, Identity, RecordedCall } from "../model/index.ts";
import { effectOf, type EffectOptions } from "./effect.ts";

const head = { method: "POST", target: "/", rawHeaders: [] };

/** An item as tests write it: `#` for an id made of its content, and without the business's phone. */
export function shown({ id, kind, who }: FoundItem): Pick<FoundItem, "id" | "kind" | "who"> {
  return { id: id !== null && /^#[0-9a-f]{32}$/.test(id) ? "#" : id, kind, who };
}

/** What a provider finds in a body: text as it is, anything else as JSON. */
export function found(provider: Provider, body: unknown): readonly Pick<FoundItem, "id" | "kind" | "who">[] {
  return foundWhole(provider, body).map(shown);
}

export function foundWhole(provider: Provider, body: unknown): readonly FoundItem[] {
  return provider.itemsOf(createReading(head, bytesOf(body)));
}

/** What a delivery is about by a provider's profile alone. */
export function identify(provider: Provider, body: unknown): Identity {
  const profile = createProfile(provider, { extractors: [{ kind: "profile" }], aliases: new Map() });
  const examined = profile.examine(head, bytesOf(body));
  if (examined.kind !== "read") throw new Error("No secret was given, and yet something is checked");
  return profile.resolve(examined);
}

function bytesOf(body: unknown): Buffer {
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

const wrong: readonly unknown[] = [null, true, 0, -1.5, "", "x", "9".repeat(300), [], [null], [[]], {}, { id: 1 }];

/** A document with the value at each of its places, one at a time, replaced by each of the others or left out. */
export function* broken(value: unknown): Generator {
  yield* wrong;
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    for (const other of broken(member)) {
      yield Array.isArray(value) ? value.with(Number(name), other) : { ...value, [name]: other };
    }
    if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
  }
}

const words = /^(message|status|call)\.[a-z]+$|^[a-z_]+$/;

/** What is one item because nothing in it could be read. */
export const unread: Identity = {
  items: [{ id: null, kind: "other", shopper: null, person: null, phone: null, about: null }],
};

/** An item of a bounded word and ids that may be ids. */
export function isSound({ id, kind, who, phone = null, about = null }: FoundItem): boolean {
  const ids = [id, phone, about, ...who].filter((each) => each !== null);
  return words.test(kind) && ids.every((each) => typeof each === "string" && each !== "" && each.length <= 256);
}

/** The ways of breaking these bodies that yield an item which is not sound, and how many there were to try. */
export function unsound(
  provider: Provider,
  bodies: readonly unknown[],
): { readonly failures: readonly unknown[]; readonly tried: number } {
  const failures: unknown[] = [];
  let tried = 0;
  for (const body of bodies) {
    for (const value of broken(body)) {
      tried += 1;
      const json = { head, body: Buffer.alloc(0), json: () => value };
      if (!provider.itemsOf(json).every(isSound)) failures.push(value);
    }
  }
  return { failures, tried };
}

export const atMs = Date.UTC(2026, 0, 1, 12);

/** Of a call what matters to a test; its body may be text. */
export interface SomeCall extends Partial<Omit<RecordedCall, "body">> {
  readonly body?: string | Buffer | null;
}

/** What a call does, one of legacy that sends a message where a test says nothing else. */
export function effect({ body = null, ...some }: SomeCall, options: EffectOptions = {}): Effect {
  const call: RecordedCall = {
    side: "legacy",
    upstream: "graph",
    method: "POST",
    target: "/v23.0/104452097716532/messages",
    contentType: "application/json",
    digest: null,
    answer: { status: 200, body: null },
    atMs,
    disposition: "released",
    traceId: null,
    exchange: null,
    ...some,
    body: typeof body === "string" ? Buffer.from(body) : body,
  };
  return effectOf(call, options);
}
