/** The registry's thread: stores, writes of flags, building of lists. The data plane goes on without it. */
import { join } from "node:path";
import { deserialize } from "node:v8";
import { parentPort, type MessagePort } from "node:worker_threads";
import type { AdminWrite, AdminWriteAnswer } from "../../admin/index.ts";
import { createKeyedHash } from "../../compare/index.ts";
import type { Edit } from "../../flags/index.ts";
import { parseRedisUrl, redisName } from "../../lib/redis-url.ts";
import {
  createRegistry,
  type KillOrder,
  type Note,
  type Registry,
  type RegistryEvent,
  type Store,
  type StoreEvents,
  type View,
  type WriteAnswer,
  type WriteRequest,
} from "../../registry/index.ts";
import { createRedisStore, createSqliteStore } from "../../store/index.ts";
import type { SombraEvent } from "../../telemetry/index.ts";
import type { Config } from "../config/index.ts";
import { createCalls } from "./calls.ts";
import { dataDirAt } from "./data-dir.ts";
import { entriesIn, shared } from "./flags.ts";
import type {
  FromRegistry,
  RegistryAnswer,
  RegistryAsked,
  RegistryCall,
  RegistryData,
  RegistryTold,
  SharedFlags,
  ToRegistry,
  WantedNotes,
} from "./messages.ts";
import { problemLine } from "./told.ts";

/** How often others learn how old the view is. */
const tellStoreMs = 500;

function tell(message: FromRegistry): void {
  parentPort?.postMessage(message);
}

/** The flags of a view, in the form that crosses threads. */
function createShare(config: Config): (view: View) => SharedFlags {
  const entries = entriesIn(config);
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
      audiences: [...state.audiences].map(([name, table]) => [name, table.shared()] as const),
      store,
    };
  };
}

function lineOf(event: RegistryEvent): SombraEvent {
  switch (event.kind) {
    case "flag-changed": {
      const { key, enabled, version, actor, reason } = event;
      return { event: "flag_changed", flag_name: key, enabled, shopper_id: null, version, actor, reason };
    }
    case "kill-changed":
      return { event: "kill", killed: event.killed, actor: event.by };
    case "store-up":
      return { event: "store", up: true, message: "The store is up: flags are its own" };
    case "store-down":
      return { event: "store", up: false, message: `Flags are the last known ones: ${event.problem}` };
    case "store-restored":
      return {
        event: "alarm",
        alarm: "store-restored",
        message: `The store was found at version ${event.found}: version ${event.version} was written back`,
      };
    case "history-replaced":
      return {
        event: "alarm",
        alarm: "history-replaced",
        message: `The store's version ${event.found} does not follow from the known version ${event.known}: its word is taken`,
      };
    case "problem":
      return { event: "problem", operation: event.operation, error: event.text };
  }
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

const unpack: (bytes: Uint8Array) => readonly Edit[] = deserialize;

/** Long lists come as bytes, which the control thread has not looked into. */
function unpacked({ edits: given, ...rest }: AdminWrite): WriteRequest {
  return { ...rest, edits: given instanceof Uint8Array ? unpack(given) : given };
}

/** Whom a write put on lists or took off stays here: a million of them would hold up the control thread. */
function counted(answer: WriteAnswer): AdminWriteAnswer {
  if (answer.kind !== "written") return answer;
  const edited = answer.edited.map(({ subject, members }) => ({
    subject,
    lists: members.map(({ list, added, removed }) => ({ list, added: added.length, removed: removed.length })),
  }));
  return { ...answer, edited };
}

async function answerOf(registry: Registry, call: RegistryCall): Promise<RegistryAnswer> {
  try {
    switch (call.kind) {
      case "write":
        return { kind: "write", answer: counted(await registry.write(unpacked(call.request))) };
      case "audit":
        return { kind: "audit", entries: await registry.audit(call.filter) };
      case "check-audit":
        return { kind: "check-audit", check: await registry.checkAudit() };
    }
  } catch (error) {
    return { kind: "failed", error: error instanceof Error ? error.message : "unknown" };
  }
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

/** Everything that the thread does, from its first message on. */
function start(data: RegistryData): (message: Exclude<ToRegistry, { kind: "start" }>) => void {
  const { config } = data;
  const choice = storeChoice(config);
  const share = createShare(config);
  const applied = createCalls<void>();
  const lines = new Set<MessagePort>();
  let { hashKey } = data;
  let newest: SharedFlags | null = null;
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
    environment: config.environmentFlags,
    environmentName: config.environment,
    hash: (text) => createKeyedHash(hashKey)(text),
    ...(config.hashKey === null ? { hashKey: () => hashKey } : {}),
    localKill: data.localKill,
    now: () => Date.now(),
    onView(view) {
      const flags = share(view);
      newest = flags;
      for (const line of lines) told(line, { kind: "flags", flags });
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
        .then((registry) => answerOf(registry, call))
        .then((answer) => told(line, { kind: "answer", id, answer }));
    });
    line.on("close", () => lines.delete(line));
    if (newest !== null) told(line, { kind: "flags", flags: newest });
  };
  const kill = async (id: number, order: KillOrder): Promise<void> => {
    orders += 1;
    const registry = await opening;
    const answer = await registry.kill(order);
    orders -= 1;
    tell({ kind: "killed", id, answer });
  };
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    const registry = await opening;
    await registry.close();
    process.exit(0);
  };
  return (message) => {
    switch (message.kind) {
      case "line":
        return add(message.line);
      case "applied":
        return applied.answered(message.id);
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
