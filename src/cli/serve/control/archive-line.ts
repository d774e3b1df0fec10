import type { MessagePort } from "node:worker_threads";
import { readsOf, type AccountReads, type Archive, type Book, type Erased } from "../../../account/index.ts";
import type { Outbox } from "../../../notify/index.ts";
import type { RolloutJournal } from "../../../rollout/index.ts";
import { createCalls, within } from "../threads/calls.ts";
import type { ArchiveAnswer, ArchiveAsked, ArchiveCall, ArchiveTold } from "../threads/messages.ts";

/** The control thread's end of the line to the archive. What it does not say in time is answered from the book. */
export interface ArchiveLine {
  readonly reads: AccountReads;
  /** Rejects with why there is none: nothing takes the place of what all instances know. */
  readonly evidence: Archive["evidence"];
  /** Rejects as `evidence` does; a write may have been carried out all the same. */
  readonly journal: RolloutJournal;
  readonly outbox: Outbox;
  readonly counts: Archive["counts"];
  /** Takes out what bears these hashes, in the archive and here. Rejects with why it could not. */
  erase(hashes: readonly string[]): Promise<Erased>;
  /** Takes the place of the line before. */
  connect(line: MessagePort): void;
  /** Why answers are this instance's own; null: they are the archive's. */
  problem(): string | null;
}

/** Redis may take a second, another process may hold a file for two. */
const answerMs = 2_500;
/** Goes through everything that is kept. */
const eraseMs = 60_000;
const silent = "it does not answer";

export function createArchiveLine(book: Book): ArchiveLine {
  const calls = createCalls<ArchiveAnswer>();
  const own = readsOf(book);
  let port: MessagePort | null = null;
  let problem: string | null = null;
  const receive = (message: ArchiveTold): void => {
    if (message.kind === "state") {
      ({ problem } = message);
      return;
    }
    // Late, but it answers.
    if (problem === silent) problem = null;
    calls.answered(message.id, message.answer);
  };
  const ask = async (call: ArchiveCall, maxMs: number): Promise<ArchiveAnswer> => {
    const line = port;
    if (line === null) return { kind: "failed", error: silent };
    const asked = (id: number): void => {
      const message: ArchiveAsked = { id, call };
      line.postMessage(message);
    };
    const answer = await within(calls.call(asked), maxMs);
    // The next questions need not wait as well: it says when it is back.
    if (answer === null) problem = silent;
    return answer ?? { kind: "failed", error: silent };
  };
  /** null: the archive does not say. */
  const read = async <K extends AnswerKind>(kind: K, call: ArchiveCall): Promise<AnswerOf<K> | null> => {
    if (problem !== null) return null;
    const answer = await ask(call, answerMs);
    return isOf(answer, kind) ? answer : null;
  };
  /** Rejects where the archive does not say. */
  const wanted = async <K extends AnswerKind>(kind: K, call: ArchiveCall): Promise<AnswerOf<K>> => {
    const answer: ArchiveAnswer = problem === null ? await ask(call, answerMs) : { kind: "failed", error: problem };
    if (isOf(answer, kind)) return answer;
    throw new Error(answer.kind === "failed" ? answer.error : "The archive answered something else");
  };
  return {
    evidence: async (scope) => (await wanted("evidence", { kind: "evidence", scope })).value,
    journal: {
      progress: async (rollout) => (await wanted("progress", { kind: "progress", rollout })).value,
      keep: async (rollout, progress, token) =>
        (await wanted("keep", { kind: "keep", rollout, progress, token })).value,
      add: async (checkpoint, token) => (await wanted("add", { kind: "add", checkpoint, token })).value,
      checkpoints: async (rollout, limit) =>
        (await wanted("checkpoints", { kind: "checkpoints", rollout, limit })).value,
      lease: async (instance, leaseMs) => (await wanted("lease", { kind: "lease", instance, leaseMs })).value,
      release: async (instance) => void (await wanted("release", { kind: "release", instance })),
    },
    outbox: {
      waiting: async () => (await wanted("waiting", { kind: "waiting" })).value,
      put: async (change, token) => (await wanted("put", { kind: "put", change, token })).value,
    },
    counts: async (name) => (await wanted("counts", { kind: "counts", name })).value,
    reads: {
      ledger: async (route) => (await read("ledger", { kind: "ledger", route }))?.value ?? own.ledger(route),
      groups: async (query) => (await read("groups", { kind: "groups", query }))?.value ?? own.groups(query),
      async group(signature) {
        const answer = await read("group", { kind: "group", signature });
        return answer === null ? own.group(signature) : answer.value;
      },
      hiddenBy: async () => (await read("hiddenBy", { kind: "hiddenBy" }))?.value ?? own.hiddenBy(),
      // The archive keeps those with divergences.
      exchange: async (id) => (await read("exchange", { kind: "exchange", exchange: id }))?.value ?? own.exchange(id),
    },
    async erase(hashes) {
      book.erase(hashes);
      const answer = await ask({ kind: "erase", hashes }, eraseMs);
      if (answer.kind === "erase") return answer.value;
      throw new Error(answer.kind === "failed" ? answer.error : "The archive answered something else");
    },
    connect(line) {
      port?.close();
      port = line;
      problem = null;
      line.on("message", receive);
    },
    problem: () => problem,
  };
}

type AnswerKind = Exclude<ArchiveAnswer["kind"], "failed">;
type AnswerOf<K extends AnswerKind> = Extract<ArchiveAnswer, { kind: K }>;

function isOf<K extends AnswerKind>(answer: ArchiveAnswer, kind: K): answer is AnswerOf<K> {
  return answer.kind === kind;
}
