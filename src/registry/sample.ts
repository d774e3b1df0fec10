/** Registries for tests: each an instance of its own, on real stores in files that go away afterwards. */
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Edit } from "../flags/index.ts";
import { definition, ROUTE } from "../flags/sample.ts";
import { createSqliteStore } from "../store/index.ts";
import { createRegistry } from "./create-registry.ts";
import type { RegistryDeps, RegistryOptions } from "./deps.ts";
import type { RegistryEvent } from "./event.ts";
import type { NotedUntil } from "./noting.ts";
import type { KillOrder, Registry, View, WriteRequest } from "./registry.ts";
import type { Store, StoreEvents } from "./store.ts";

export const KEY = "CHECKOUT_ENABLED";

const anna = { kind: "token", name: "anna" } as const;

export function request(edits: readonly Edit[], changes: Partial<WriteRequest> = {}): WriteRequest {
  return { edits, actor: anna, reason: null, expect: {}, ...changes };
}

export function setPercent(percent: number, key = KEY): WriteRequest {
  return request([{ kind: "patch", key, fields: { percent } }]);
}

export function order(killed: boolean, changes: Partial<KillOrder> = {}): KillOrder {
  return { killed, actor: anna, reason: null, ...changes };
}

export const keyed = (text: string): string => createHmac("sha256", "key").update(text).digest("hex").slice(0, 16);

/** What comes between a registry and its store: another store, a fault, somebody who is faster. */
export class Line {
  store: Store;
  /** Called before each call reaches the store: what it rejects with, the call rejects with. */
  before: (call: keyof Store) => Promise<void> | void = () => {};

  constructor(store: Store) {
    this.store = store;
  }

  get port(): Store {
    const through =
      <Args extends readonly unknown[], Answer>(name: keyof Store, call: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        await this.before(name);
        return call(...args);
      };
    return {
      kind: this.store.kind,
      position: through("position", () => this.store.position()),
      killed: through("killed", () => this.store.killed()),
      read: through("read", () => this.store.read()),
      catchUp: through("catchUp", (state) => this.store.catchUp(state)),
      commit: through("commit", (commit) => this.store.commit(commit)),
      restore: through("restore", (state, seen) => this.store.restore(state, seen)),
      tryWrite: through("tryWrite", () => this.store.tryWrite()),
      purge: through("purge", () => this.store.purge()),
      hashKey: through("hashKey", (mine) => this.store.hashKey(mine)),
      replaceHashKey: through("replaceHashKey", (known, next) => this.store.replaceHashKey(known, next)),
      notes: {
        put: through("notes", (notes) => this.store.notes.put(notes)),
        get: through("notes", (space, keys) => this.store.notes.get(space, keys)),
        latest: through("notes", (space) => this.store.notes.latest(space)),
      },
      audit: through("audit", (filter) => this.store.audit(filter)),
      close: () => this.store.close(),
    };
  }
}

export class Instance {
  readonly directory: string;
  readonly events: RegistryEvent[] = [];
  readonly views: View[] = [];
  #registry: Registry | null = null;
  noted: NotedUntil = new Map();
  readonly #checks = new Set<() => void>();

  constructor(directory: string) {
    this.directory = directory;
  }

  get registry(): Registry {
    if (this.#registry === null) throw new Error("The registry has not started");
    return this.#registry;
  }

  get view(): View {
    return this.registry.view();
  }

  kinds(): readonly string[] {
    return this.events.map(({ kind }) => kind);
  }

  async start(open: RegistryDeps["open"], deps: Partial<RegistryDeps>, options: RegistryOptions): Promise<this> {
    this.#registry = await createRegistry(
      {
        kind: "sqlite",
        storeName: "sqlite",
        open,
        directory: this.directory,
        definitions: [KEY, ROUTE.enabled, ROUTE.shadow, ROUTE.dualRun].map((key) => definition(key)),
        routes: [ROUTE],
        mayReverse: () => false,
        environment: [],
        environmentName: "test",
        hash: keyed,
        now: () => Date.now(),
        onView: (view) => {
          this.views.push(view);
          this.#look();
        },
        onNoted: (until) => {
          this.noted = until;
          this.#look();
        },
        onEvent: (event) => {
          this.events.push(event);
          this.#look();
        },
        ...deps,
      },
      { pollMs: 10, snapshotMs: 0, sweepAfterMs: 0, ...options },
    );
    return this;
  }

  /** Resolves once it holds, looked at after each view and event. */
  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!holds()) return;
        this.#checks.delete(check);
        resolve();
      };
      this.#checks.add(check);
    });
  }

  untilEvent(kind: RegistryEvent["kind"]): Promise<void> {
    return this.until(() => this.kinds().includes(kind));
  }

  untilVersion(version: number): Promise<void> {
    return this.until(() => this.view.state.position.version === version);
  }

  async close(): Promise<void> {
    await this.#registry?.close();
  }

  #look(): void {
    for (const check of this.#checks) check();
  }
}

/** Folders, stores and instances of one test. */
export class Setting {
  readonly folder = mkdtempSync(join(tmpdir(), "sombra-registry-"));
  readonly path = join(this.folder, "store.db");
  #open: { close(): Promise<void> }[] = [];
  #directories = 0;

  /** A store of its own on the shared file, or on another. */
  store(path = this.path, events: StoreEvents = { moved: () => {} }): Store {
    const store = createSqliteStore({ path, events, pollMs: 5 });
    this.#open.push(store);
    return store;
  }

  line(path = this.path): Line {
    return new Line(this.store(path));
  }

  directory(): string {
    this.#directories += 1;
    return join(this.folder, `data-${this.#directories}`);
  }

  /** By default on the shared file, with a directory of its own. */
  async instance(
    given: {
      readonly open?: RegistryDeps["open"];
      readonly directory?: string;
      readonly deps?: Partial<RegistryDeps>;
      readonly options?: RegistryOptions;
    } = {},
  ): Promise<Instance> {
    const instance = new Instance(given.directory ?? this.directory());
    this.#open.push(instance);
    return instance.start(
      given.open ?? ((events) => this.store(this.path, events)),
      given.deps ?? {},
      given.options ?? {},
    );
  }

  readonly close = async (): Promise<void> => {
    const open = this.#open.toReversed();
    this.#open = [];
    await Promise.all(open.map((one) => one.close()));
    rmSync(this.folder, { recursive: true, force: true });
  };
}
