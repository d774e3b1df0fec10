import { afterEach, beforeEach, expect } from "vitest";
import type { Store, StoredState } from "../../src/registry/index.ts";
import { Handle, type Place } from "./handle.ts";
import { plain } from "./writing.ts";

/** What each test of a contract finds: an empty store, gone afterwards. */
export interface Fixture {
  readonly kind: Store["kind"];
  readonly place: Place;
  readonly store: Store;
  /** Another one. */
  handle(): Handle;
  /** Both ways to a state: reading all, and following the differences. */
  expectState(expected: StoredState, from: StoredState): Promise<void>;
}

/** To be called where the tests are described. */
export function createFixture(kind: Store["kind"], start: () => Promise<Place>): Fixture {
  let current: { readonly place: Place; readonly handles: Handle[] };
  const handle = (): Handle => {
    const opened = new Handle(current.place.open);
    current.handles.push(opened);
    return opened;
  };
  let store: Store;
  beforeEach(async () => {
    current = { place: await start(), handles: [] };
    store = handle().store;
  });
  afterEach(async () => {
    await Promise.all(current.handles.map((opened) => opened.store.close()));
    await current.place.close();
  });
  return {
    kind,
    get place() {
      return current.place;
    },
    get store() {
      return store;
    },
    handle,
    async expectState(expected, from) {
      expect(plain(await store.read())).toEqual(plain(expected));
      expect(plain((await store.catchUp(from)).state)).toEqual(plain(expected));
    },
  };
}
