import type { Store, StoreEvents } from "../../src/registry/index.ts";

/** One store as the suite needs it: empty at first, and gone after `close`. */
export interface Place {
  /** A handle of its own on the store, as another process has it. Its owner closes it. */
  readonly open: (events: StoreEvents) => Store;
  /** Path or URL, for another process. */
  readonly address: string;
  /** Writes something else over a flag's record. */
  spoilFlag(key: string, text: string): Promise<void>;
  spoilDocument(id: string, text: string): Promise<void>;
  /** Takes one member out of a list behind the store's back. */
  spoilList(list: string, shopper: string): Promise<void>;
  /** As if a later version of Sombra had written it. */
  makeNewer(): Promise<void>;
  close(): Promise<void>;
}

/** A handle, and what it has heard. */
export class Handle {
  readonly store: Store;
  #hear: () => void = () => undefined;

  constructor(open: Place["open"]) {
    this.store = open({ moved: () => this.#hear() });
  }

  /** Resolves when the store says next that somebody may have written. */
  hears(): Promise<void> {
    return new Promise((resolve) => (this.#hear = resolve));
  }

  /** Resolves once the store is somewhere else than at `version`; looks only when told to. */
  async leaves(version: number): Promise<void> {
    for (;;) {
      const told = this.hears();
      if ((await this.store.position()).version !== version) return;
      await told;
    }
  }

  /** Resolves once the store answers again; asks only when told that it may. */
  async answers(): Promise<void> {
    for (;;) {
      const told = this.hears();
      if ((await this.store.position().catch(() => null)) !== null) return;
      await told;
    }
  }
}
