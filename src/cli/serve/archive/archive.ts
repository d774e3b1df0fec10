/** The archive's thread: what people look at later, kept and read. The data plane goes on without it. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, type MessagePort } from "node:worker_threads";
import type { Archive, ArchiveBatch } from "../../../account/index.ts";
import { parseRedisUrl } from "../../../lib/redis-url.ts";
import { StoreError } from "../../../registry/index.ts";
import {
  createSqliteArchive,
  createSqliteJournal,
  openRedisArchive,
  openRedisJournal,
  type Journal,
} from "../../../store/index.ts";
import type { Config } from "../../config/index.ts";
import type {
  ArchiveAnswer,
  ArchiveAsked,
  ArchiveCall,
  ArchiveData,
  ArchiveTold,
  FromArchive,
  ToArchive,
} from "../threads/messages.ts";
import { problemLine } from "../problem-line.ts";
import { createTwinTelling } from "./twin-telling.ts";

/** Between two tries to keep a batch, or to learn whether the store is back. */
const retryMs = 250;
const expireMs = 60_000;
/** How long what other instances learn of the twin may stay unknown here. */
const twinMs = 30_000;
/** What no store is at fault for no later try mends. */
const maxFaults = 3;

function tell(message: FromArchive): void {
  parentPort?.postMessage(message);
}

interface Opened {
  readonly archive: Archive;
  readonly journal: Journal;
}

async function openStores({ dataDir, redisUrl }: Config): Promise<Opened> {
  const path = join(dataDir, "account.db");
  if (redisUrl === null) return { archive: createSqliteArchive({ path }), journal: createSqliteJournal({ path }) };
  const parsed = parseRedisUrl(redisUrl);
  if (!parsed.ok) throw new Error(`SOMBRA_REDIS_URL: ${parsed.problem}`);
  const { target } = parsed;
  const [archive, journal] = await Promise.all([openRedisArchive({ target }), openRedisJournal({ target })]);
  return { archive, journal };
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
    case "waiting":
      return { kind: "waiting", value: await journal.waiting() };
    case "put":
      return { kind: "put", value: await journal.put(call.change, call.token) };
    case "counts":
      return { kind: "counts", value: await archive.counts(call.name) };
  }
}

/** What to tell of a fault: nothing of an error that is none of a store's, as it may quote what was being handled. */
const problemOf = (error: unknown): string => (error instanceof StoreError ? error.message : "it failed");

/** Everything that the thread does, from its first message on. */
function start({ config, instance }: ArchiveData): (message: Exclude<ToArchive, { kind: "start" }>) => void {
  const opening = openStores(config);
  const lines = new Set<MessagePort>();
  const told = (line: MessagePort, message: ArchiveTold): void => line.postMessage(message);
  let problem: string | null | undefined;
  let keeping = false;
  /** Says so where it is news. */
  const say = (now: string | null): void => {
    if (now === problem) return;
    if (now === null && problem !== undefined) lookAtTwin();
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
        await tried(async () => (await opening).archive.apply(instance, batch));
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
    if (problem !== null && !keeping) tried(async () => (await opening).archive.exchange("")).catch(() => undefined);
  };
  const tellTwin = createTwinTelling(
    () => tried(async () => (await opening).archive.twin(instance)),
    (known) => tell({ kind: "twin", known }),
  );
  const hasTwin = config.routes.some(({ twin }) => twin !== null);
  function lookAtTwin(): void {
    if (hasTwin) tellTwin().catch(() => undefined);
  }
  lookAtTwin();
  const timers = [
    setInterval(lookAtTwin, twinMs),
    setInterval(look, retryMs),
    setInterval(() => {
      tried(async () => (await opening).archive.expire()).catch(() => undefined);
    }, expireMs),
  ];
  const add = (line: MessagePort): void => {
    lines.add(line);
    line.on("message", ({ id, call }: ArchiveAsked) => {
      const answer = tried(async () => answerOf(await opening, call));
      void answer
        .catch((error: unknown): ArchiveAnswer => ({ kind: "failed", error: problemOf(error) }))
        .then((answer) => told(line, { kind: "answer", id, answer }));
    });
    line.on("close", () => lines.delete(line));
    if (problem !== undefined) told(line, { kind: "state", problem });
  };
  const stop = async (): Promise<void> => {
    for (const timer of timers) clearInterval(timer);
    for (const line of lines) line.close();
    const { archive, journal } = await opening;
    // Another instance leads at once. Where the store is away the lease runs out by itself.
    await journal.release(instance).catch(() => undefined);
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
