/** The archive's thread: what people look at later, kept and read. The data plane goes on without it. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, type MessagePort } from "node:worker_threads";
import type { Archive, ArchiveBatch } from "../../account/index.ts";
import { parseRedisUrl } from "../../lib/redis-url.ts";
import { StoreError } from "../../registry/index.ts";
import {
  createRedisArchive,
  createRedisJournal,
  createSqliteArchive,
  createSqliteJournal,
  type Journal,
} from "../../store/index.ts";
import type { Config } from "../config/index.ts";
import type {
  ArchiveAnswer,
  ArchiveAsked,
  ArchiveCall,
  ArchiveData,
  ArchiveTold,
  FromArchive,
  ToArchive,
} from "./messages.ts";
import { problemLine } from "./told.ts";

/** Between two tries to keep a batch, or to learn whether the store is back. */
const retryMs = 250;
const expireMs = 60_000;
/** What no store is at fault for no later try mends. */
const maxFaults = 3;

function tell(message: FromArchive): void {
  parentPort?.postMessage(message);
}

interface Opened {
  readonly archive: Archive;
  readonly journal: Journal;
}

function openStores({ dataDir, redisUrl }: Config): Opened {
  const path = join(dataDir, "account.db");
  if (redisUrl === null) return { archive: createSqliteArchive({ path }), journal: createSqliteJournal({ path }) };
  const parsed = parseRedisUrl(redisUrl);
  if (!parsed.ok) throw new Error(`SOMBRA_REDIS_URL: ${parsed.problem}`);
  const { target } = parsed;
  return { archive: createRedisArchive({ target }), journal: createRedisJournal({ target }) };
}

async function answerOf({ archive, journal }: Opened, call: ArchiveCall): Promise<ArchiveAnswer> {
  switch (call.kind) {
    case "ledger":
      return { kind: "ledger", value: await archive.ledger(call.route) };
    case "groups":
      return { kind: "groups", value: await archive.groups(call.query) };
    case "group":
      return { kind: "group", value: await archive.group(call.signature) };
    case "exchange":
      return { kind: "exchange", value: await archive.exchange(call.exchange) };
    case "hiddenBy":
      return { kind: "hiddenBy", value: await archive.hiddenBy() };
    case "erase":
      return { kind: "erase", value: await archive.erase(call.hashes) };
    case "evidence":
      return { kind: "evidence", value: await archive.evidence(call.scope) };
    case "progress":
      return { kind: "progress", value: await journal.progress(call.rollout) };
    case "keep":
      return { kind: "keep", value: await journal.keep(call.rollout, call.progress, call.token) };
    case "add":
      return { kind: "add", value: await journal.add(call.checkpoint, call.token) };
    case "checkpoints":
      return { kind: "checkpoints", value: await journal.checkpoints(call.rollout, call.limit) };
    case "lease":
      return { kind: "lease", value: await journal.lease(call.instance, call.leaseMs) };
    case "release":
      await journal.release(call.instance);
      return { kind: "release", value: null };
  }
}

/** What to tell of a fault: nothing of an error that is none of a store's, as it may quote what was being handled. */
const problemOf = (error: unknown): string => (error instanceof StoreError ? error.message : "it failed");

/** Everything that the thread does, from its first message on. */
function start({ config, instance }: ArchiveData): (message: Exclude<ToArchive, { kind: "start" }>) => void {
  const opened = openStores(config);
  const { archive, journal } = opened;
  const lines = new Set<MessagePort>();
  const told = (line: MessagePort, message: ArchiveTold): void => line.postMessage(message);
  let problem: string | null | undefined;
  let keeping = false;
  /** Says so where it is news. */
  const say = (now: string | null): void => {
    if (now === problem) return;
    problem = now;
    tell({ kind: "state", problem: now });
    for (const line of lines) told(line, { kind: "state", problem: now });
  };
  const tried = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const done = await work();
      say(null);
      return done;
    } catch (error) {
      say(problemOf(error));
      throw error;
    }
  };
  /** However long the store is away: until then the data plane adds up what follows. */
  const keep = async (batch: ArchiveBatch): Promise<void> => {
    keeping = true;
    for (let faults = 0; faults < maxFaults;) {
      try {
        await tried(() => archive.apply(instance, batch));
        break;
      } catch (error) {
        if (!(error instanceof StoreError)) {
          faults += 1;
          tell({ kind: "event", event: problemLine("archive", error) });
        }
        await delay(retryMs);
      }
    }
    keeping = false;
    tell({ kind: "stored", seq: batch.seq });
  };
  const look = (): void => {
    if (problem !== null && !keeping) tried(() => archive.exchange("")).catch(() => undefined);
  };
  const timers = [
    setInterval(look, retryMs),
    setInterval(() => {
      tried(() => archive.expire()).catch(() => undefined);
    }, expireMs),
  ];
  const add = (line: MessagePort): void => {
    lines.add(line);
    line.on("message", ({ id, call }: ArchiveAsked) => {
      const answer = tried(() => answerOf(opened, call));
      void answer
        .catch((error: unknown): ArchiveAnswer => ({ kind: "failed", error: problemOf(error) }))
        .then((answer) => told(line, { kind: "answer", id, answer }));
    });
    line.on("close", () => lines.delete(line));
    if (problem !== undefined) told(line, { kind: "state", problem });
  };
  const stop = async (): Promise<void> => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all([archive.close(), journal.close()]);
    process.exit(0);
  };
  return (message) => {
    switch (message.kind) {
      case "line":
        return add(message.line);
      case "batch":
        return void keep(message.batch);
      case "stop":
        return void stop();
    }
  };
}

let receive: ReturnType<typeof start> | null = null;

parentPort?.on("message", (message: ToArchive) => {
  if (message.kind === "start") receive = start(message.data);
  else receive?.(message);
});
