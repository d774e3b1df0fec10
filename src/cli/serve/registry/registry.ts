/** The registry's thread: stores, writes of flags, building of lists. The data plane goes on without it. */
import { join } from "node:path";
import { parentPort, type MessagePort } from "node:worker_threads";
import { createKeyedHash } from "../../../compare/index.ts";
import { emptyFlagState, type Documents } from "../../../flags/index.ts";
import { parseRedisUrl, redisName } from "../../../lib/redis-url.ts";
import {
  createRegistry,
  type KillOrder,
  type Note,
  type Registry,
  type Store,
  type StoreEvents,
  type View,
} from "../../../registry/index.ts";
import { createSqliteStore, openRedisStore } from "../../../store/index.ts";
import type { RouteFlags } from "../../../model/index.ts";
import type { Config } from "../../config/index.ts";
import { createCalls } from "../threads/calls.ts";
import { dataDirAt, madeKey } from "../data-dir.ts";
import { entriesIn, shared } from "./flags.ts";
import type {
  FromRegistry,
  RegistryAsked,
  RegistryData,
  RegistryTold,
  SharedFlags,
  ToRegistry,
  WantedNotes,
} from "../threads/messages.ts";
import { allDocuments, documentsBetween, type DocumentsTold } from "../threads/documents.ts";
import { erasedIn, type ErasingDeps } from "./erasing.ts";
import { createStoredExpectations } from "./expectations.ts";
import { answerOf } from "./registry-calls.ts";
import { lineOf } from "./registry-events.ts";
import { problemLine } from "../problem-line.ts";
import { createKeyKeeper, type KeyKeeper } from "./key-keeper.ts";
import { createScopes } from "../rollouts/scopes.ts";
import { createStoredRules } from "./stored-rules.ts";

/** How often others learn how old the view is. */
const tellStoreMs = 500;
/** As long as records are kept, and a day: whoever was without the store for longer remembers nobody. */
const erasureToldMs = 8 * 24 * 60 * 60 * 1_000;

function tell(message: FromRegistry): void {
  parentPort?.postMessage(message);
}

/** The flags of a view, in the form that crosses threads. */
function createShare(config: Config): (view: View) => SharedFlags {
  const entries = entriesIn(config);
  const scopes = createScopes(config.routes);
  return ({ state, source, store, killAhead, localKill }) => {
    const known = source === "none" ? null : { source, flags: [...state.flags.values()], unreadable: state.unreadable };
    return {
      version: state.position.version,
      source: known?.source ?? "env",
      killed: state.kill !== null || killAhead !== null,
      killedHere: localKill !== null,
      localKill,
      entries: entries(known),
      stored: [...state.flags.values()].map(shared),
      scopes: scopes(state.documents),
      audiences: [...state.audiences].map(([name, table]) => [name, table.shared()] as const),
      store,
    };
  };
}

interface StoreChoice {
  readonly kind: Store["kind"];
  /** Tells this store from others; without credentials. */
  readonly name: string;
  open(events: StoreEvents): Store | Promise<Store>;
}

function storeChoice({ dataDir, redisUrl }: Config): StoreChoice {
  if (redisUrl === null) {
    const path = join(dataDir, "sombra.db");
    return { kind: "sqlite", name: "sqlite", open: (events) => createSqliteStore({ path, events }) };
  }
  const parsed = parseRedisUrl(redisUrl);
  if (!parsed.ok) throw new Error(`SOMBRA_REDIS_URL: ${parsed.problem}`);
  const { target } = parsed;
  return { kind: "redis", name: redisName(target), open: (events) => openRedisStore({ target, events }) };
}

/** Opens the store and takes over the keys of all hashes that it keeps for all instances. */
function createOpen(store: StoreChoice, keys: KeyKeeper) {
  return async (events: StoreEvents): Promise<Store> => {
    const opened = await store.open(events);
    try {
      await keys.opened(opened);
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  };
}

/** What the store keeps is kept here as well. */
function keeperOf({ config, hashKey }: RegistryData): KeyKeeper {
  return createKeyKeeper({
    configured: config.hashKey,
    kept: hashKey,
    remember(text) {
      try {
        const dir = dataDirAt(config.dataDir);
        if (dir.read("hash-key") !== text) dir.write("hash-key", text);
      } catch (error) {
        tell({ kind: "event", event: problemLine("remember hash-key", error) });
      }
    },
    changed: (keys) => tell({ kind: "hash-keys", keys }),
    madeKey,
    now: () => Date.now(),
  });
}

/** Puts and looks up notes for the data plane. */
function createNotesDesk(opening: Promise<Registry>) {
  return {
    async put(id: number, notes: readonly Note[]): Promise<void> {
      const { notes: store } = await opening;
      const done = await store.put(notes).then(
        () => true,
        () => false,
      );
      tell({ kind: "put", id, done });
    },
    async get(id: number, { space, keys, untilMs }: WantedNotes): Promise<void> {
      const { notes: store } = await opening;
      const values = Date.now() > untilMs ? null : await store.get(space, keys).catch(() => null);
      tell({ kind: "got", id, values });
    },
  };
}

function erasingIn({ routes }: Config, keys: KeyKeeper): Omit<ErasingDeps, "registry"> {
  return {
    hashKeys: () => keys.keys().all,
    aliases: routes.map(({ shopper }) => shopper.aliases),
    toldMs: erasureToldMs,
    now: () => Date.now(),
  };
}

/** Whether legacy may get what is cut over: its sends are tied on these routes, or a twin gets it. */
function mayReverse({ routes }: Config, flags: RouteFlags, tied: readonly string[]): boolean {
  return routes.every((route) => route.flags !== flags || route.twin !== null || tied.includes(route.name));
}

/** Tells the data plane what documents say that concerns it. */
function createTellDocuments(): (documents: Documents, changed: DocumentsTold | null) => void {
  const storedRules = createStoredRules((event) => tell({ kind: "event", event }));
  const storedExpectations = createStoredExpectations();
  return (documents, changed) => {
    const erased = erasedIn(changed?.set ?? []);
    if (erased.length > 0) tell({ kind: "forget", hashes: erased });
    const rules = storedRules(documents);
    if (rules !== null) tell({ kind: "rules", rules });
    const expectations = storedExpectations(documents);
    if (expectations !== null) tell({ kind: "expected", expectations });
  };
}

/** Everything that the thread does, from its first message on. */
function start(data: RegistryData): (message: Exclude<ToRegistry, { kind: "start" }>) => void {
  const { config } = data;
  const choice = storeChoice(config);
  const share = createShare(config);
  const applied = createCalls<void>();
  const lines = new Set<MessagePort>();
  const keys = keeperOf(data);
  let { tied } = data;
  let newest: SharedFlags | null = null;
  let { documents } = emptyFlagState;
  const tellDocuments = createTellDocuments();
  let orders = 0;
  const told = (line: MessagePort, message: RegistryTold): void => line.postMessage(message);
  const opening = createRegistry({
    kind: choice.kind,
    storeName: choice.name,
    open: createOpen(choice, keys),
    directory: config.dataDir,
    definitions: config.flags,
    routes: config.routes.map((route) => route.flags),
    mayReverse: (flags) => mayReverse(config, flags, tied),
    environment: config.environmentFlags,
    environmentName: config.environment,
    hash: (text) => createKeyedHash(keys.keys().current)(text),
    ...(config.hashKey === null ? { hashKey: keys.text } : {}),
    localKill: data.localKill,
    now: () => Date.now(),
    onView(view) {
      const flags = share(view);
      newest = flags;
      const changed = documentsBetween(documents, view.state.documents);
      ({ documents } = view.state);
      for (const line of lines) {
        if (changed !== null) told(line, { kind: "documents", documents: changed });
        told(line, { kind: "flags", flags });
      }
      tellDocuments(documents, changed);
      return applied.call((id) => tell({ kind: "flags", id, flags, hashKeys: keys.keys() }));
    },
    onNoted: (until) => tell({ kind: "noted", until }),
    onEvent(event) {
      // The data plane's thread says itself what was ordered here.
      if (event.kind === "kill-changed" && orders > 0) return;
      tell({ kind: "event", event: lineOf(event) });
    },
  });
  const notes = createNotesDesk(opening);
  const erasing = erasingIn(config, keys);
  const timer = setInterval(() => {
    keys.look();
    void opening.then((registry) => {
      const { store } = registry.view();
      tell({ kind: "store", store });
      for (const line of lines) told(line, { kind: "store", store });
    });
  }, tellStoreMs);
  const add = (line: MessagePort): void => {
    lines.add(line);
    line.on("message", ({ id, call }: RegistryAsked) => {
      void opening
        .then((registry) => answerOf(registry, call, { ...erasing, rotate: (note) => keys.rotate(note) }))
        .then((answer) => told(line, { kind: "answer", id, answer }));
    });
    line.on("close", () => lines.delete(line));
    told(line, { kind: "documents", documents: allDocuments(documents) });
    if (newest !== null) told(line, { kind: "flags", flags: newest });
  };
  const kill = async (id: number, order: KillOrder): Promise<void> => {
    orders += 1;
    const answer = await (await opening).kill(order);
    orders -= 1;
    tell({ kind: "killed", id, answer });
  };
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await (await opening).close();
    process.exit(0);
  };
  return (message) => {
    switch (message.kind) {
      case "line":
        return add(message.line);
      case "applied":
        return applied.answered(message.id);
      case "tied":
        tied = message.routes;
        return;
      case "kill":
        return void kill(message.id, message.order);
      case "put":
        return void notes.put(message.id, message.notes);
      case "get":
        return void notes.get(message.id, message.wanted);
      case "stop":
        return void stop();
    }
  };
}

let receive: ReturnType<typeof start> | null = null;

parentPort?.on("message", (message: ToRegistry) => {
  if (message.kind === "start") receive = start(message.data);
  else receive?.(message);
});
