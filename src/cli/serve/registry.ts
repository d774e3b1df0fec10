/** The registry's thread: stores, writes of flags, building of lists. The data plane goes on without it. */
import { join } from "node:path";
import { parentPort, type MessagePort } from "node:worker_threads";
import { createKeyedHash } from "../../compare/index.ts";
import { emptyFlagState } from "../../flags/index.ts";
import { parseRedisUrl, redisName } from "../../lib/redis-url.ts";
import {
  createRegistry,
  type KillOrder,
  type Note,
  type Registry,
  type Store,
  type StoreEvents,
  type View,
} from "../../registry/index.ts";
import { createRedisStore, createSqliteStore } from "../../store/index.ts";
import type { RouteFlags } from "../../model/index.ts";
import type { Config } from "../config/index.ts";
import { createCalls } from "./calls.ts";
import { dataDirAt } from "./data-dir.ts";
import { entriesIn, shared } from "./flags.ts";
import type {
  FromRegistry,
  RegistryAsked,
  RegistryData,
  RegistryTold,
  SharedFlags,
  ToRegistry,
  WantedNotes,
} from "./messages.ts";
import { hashKeysIn } from "./hash-keys.ts";
import { allDocuments, documentsBetween } from "./documents.ts";
import { erasedIn, type ErasingDeps } from "./erasing.ts";
import { answerOf } from "./registry-calls.ts";
import { lineOf } from "./registry-events.ts";
import { createScopes } from "./rollouts/scopes.ts";
import { createStoredRules } from "./stored-rules.ts";
import { problemLine } from "./told.ts";

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
  create(events: StoreEvents): Store;
}

function storeChoice({ dataDir, redisUrl }: Config): StoreChoice {
  if (redisUrl === null) {
    const path = join(dataDir, "sombra.db");
    return { kind: "sqlite", name: "sqlite", create: (events) => createSqliteStore({ path, events }) };
  }
  const parsed = parseRedisUrl(redisUrl);
  if (!parsed.ok) throw new Error(`SOMBRA_REDIS_URL: ${parsed.problem}`);
  const { target } = parsed;
  return { kind: "redis", name: redisName(target), create: (events) => createRedisStore({ target, events }) };
}

/** Opens the store and takes over the key of all hashes that it keeps for all instances; kept here as well. */
function createOpen({ config, hashKey }: RegistryData, store: StoreChoice, adopt: (key: string) => void) {
  const remember = (key: string): void => {
    try {
      const dir = dataDirAt(config.dataDir);
      if (dir.read("hash-key") !== key) dir.write("hash-key", key);
    } catch (error) {
      tell({ kind: "event", event: problemLine("remember hash-key", error) });
    }
  };
  return async (events: StoreEvents): Promise<Store> => {
    const opened = store.create(events);
    if (config.hashKey !== null) return opened;
    try {
      const key = await opened.hashKey(hashKey);
      adopt(key);
      remember(key);
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  };
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

function erasingIn({ routes }: Config, hashKey: () => string): Omit<ErasingDeps, "registry"> {
  return {
    hashKeys: () => hashKeysIn(hashKey()).all,
    aliases: routes.map(({ shopper }) => shopper.aliases),
    toldMs: erasureToldMs,
    now: () => Date.now(),
  };
}

/** Whether legacy may get what is cut over: its sends are tied on these routes, or a twin gets it. */
function mayReverse({ routes }: Config, flags: RouteFlags, tied: readonly string[]): boolean {
  return routes.every((route) => route.flags !== flags || route.twin !== null || tied.includes(route.name));
}

/** Everything that the thread does, from its first message on. */
function start(data: RegistryData): (message: Exclude<ToRegistry, { kind: "start" }>) => void {
  const { config } = data;
  const choice = storeChoice(config);
  const share = createShare(config);
  const applied = createCalls<void>();
  const lines = new Set<MessagePort>();
  let { hashKey, tied } = data;
  let newest: SharedFlags | null = null;
  let { documents } = emptyFlagState;
  const storedRules = createStoredRules((event) => tell({ kind: "event", event }));
  let orders = 0;
  const told = (line: MessagePort, message: RegistryTold): void => line.postMessage(message);
  const opening = createRegistry({
    kind: choice.kind,
    storeName: choice.name,
    open: createOpen(data, choice, (key) => {
      hashKey = key;
    }),
    directory: config.dataDir,
    definitions: config.flags,
    routes: config.routes.map((route) => route.flags),
    mayReverse: (flags) => mayReverse(config, flags, tied),
    environment: config.environmentFlags,
    environmentName: config.environment,
    hash: (text) => createKeyedHash(hashKeysIn(hashKey).current)(text),
    ...(config.hashKey === null ? { hashKey: () => hashKey } : {}),
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
      const erased = erasedIn(changed?.set ?? []);
      if (erased.length > 0) tell({ kind: "forget", hashes: erased });
      const rules = storedRules(documents);
      if (rules !== null) tell({ kind: "rules", rules });
      return applied.call((id) => tell({ kind: "flags", id, flags, hashKey }));
    },
    onNoted: (until) => tell({ kind: "noted", until }),
    onEvent(event) {
      // The data plane's thread says itself what was ordered here.
      if (event.kind === "kill-changed" && orders > 0) return;
      tell({ kind: "event", event: lineOf(event) });
    },
  });
  const notes = createNotesDesk(opening);
  const erasing = erasingIn(config, () => hashKey);
  const timer = setInterval(() => {
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
        .then((registry) => answerOf(registry, call, erasing))
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
