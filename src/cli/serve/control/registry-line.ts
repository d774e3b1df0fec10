import type { MessagePort } from "node:worker_threads";
import type { AdminDeps } from "../../../admin/index.ts";
import type { Notes } from "../../../registry/index.ts";
import { createCalls, within } from "../threads/calls.ts";
import { erasedIn, type EraseAnswer, type EraseOrder } from "../registry/erasing.ts";
import type { KnownFlags } from "./known-flags.ts";
import type { RegistryAnswer, RegistryAsked, RegistryCall, RegistryTold } from "../threads/messages.ts";

/** The control thread's end of the line to the registry: big lists cross here, not on the data plane's thread. */
export interface RegistryLine {
  readonly deps: Pick<AdminDeps, "write" | "preview" | "rotate" | "audit" | "checkAudit">;
  readonly notes: Pick<Notes, "put" | "get">;
  /** Takes a shopper out of the store, and tells all instances to forget. */
  erase(order: EraseOrder): Promise<EraseAnswer>;
  /** Takes the place of the line before. */
  connect(line: MessagePort): void;
}

/** A million shoppers are written in some seconds; a store that hangs is given up before. */
const answerMs = 30_000;

const silent = "The registry did not answer in time";

/** `erased`: told of those whom this instance is to forget, by hash, though nobody ordered it here. */
export function createRegistryLine(known: KnownFlags, erased: (hashes: readonly string[]) => void): RegistryLine {
  const calls = createCalls<RegistryAnswer>();
  let port: MessagePort | null = null;
  /** What was asked before the registry had begun. */
  const early: RegistryAsked[] = [];
  /** Erasures under way that were ordered here, and what is heard meanwhile. */
  let ordered = 0;
  let heard: readonly string[] = [];
  const tellErased = (hashes: readonly string[]): void => {
    if (ordered > 0) heard = [...heard, ...hashes];
    else if (hashes.length > 0) erased(hashes);
  };
  const receive = (message: RegistryTold): void => {
    switch (message.kind) {
      case "documents":
        known.learnDocuments(message.documents);
        return message.documents.whole ? undefined : tellErased(erasedIn(message.documents.set));
      case "flags":
        return known.learn(message.flags);
      case "store":
        return known.learnStore(message.store);
      case "answer":
        return calls.answered(message.id, message.answer);
    }
  };
  const ask = async (call: RegistryCall): Promise<RegistryAnswer> => {
    const asked = (id: number): void => {
      const message: RegistryAsked = { id, call };
      if (port === null) early.push(message);
      else port.postMessage(message);
    };
    return (await within(calls.call(asked), answerMs)) ?? { kind: "failed", error: silent };
  };
  const failed = (answer: RegistryAnswer): Error =>
    new Error(answer.kind === "failed" ? answer.error : "The registry answered something else");
  return {
    connect(line) {
      port?.close();
      port = line;
      line.on("message", receive);
      for (const message of early.splice(0)) line.postMessage(message);
    },
    async erase(order) {
      ordered += 1;
      const answer = await ask({ kind: "erase", order });
      ordered -= 1;
      // Who ordered it takes out what it names, and counts what that was.
      const own = answer.kind === "erase" && answer.answer.kind === "erased" ? answer.answer.hashes : [];
      const others = heard.filter((hash) => !own.includes(hash));
      heard = [];
      tellErased(others);
      if (answer.kind === "erase") return answer.answer;
      const why = `${failed(answer).message}: it may still be done, ask again`;
      return { kind: "refused", answer: { kind: "unavailable", why } };
    },
    notes: {
      async put(notes) {
        const answer = await ask({ kind: "put-notes", notes });
        if (answer.kind !== "put-notes") throw failed(answer);
      },
      async get(space, keys) {
        const answer = await ask({ kind: "get-notes", space, keys });
        if (answer.kind !== "get-notes") throw failed(answer);
        return answer.values;
      },
    },
    deps: {
      async write(request) {
        const answer = await ask({ kind: "write", request });
        if (answer.kind === "write") return answer.answer;
        return {
          kind: "unavailable",
          why: `${failed(answer).message}: it may still be written, look before you try again`,
        };
      },
      async preview(request) {
        const answer = await ask({ kind: "preview", request });
        if (answer.kind === "preview") return answer.answer;
        return { kind: "unavailable", why: failed(answer).message };
      },
      async rotate(order) {
        const answer = await ask({ kind: "rotate", order });
        if (answer.kind === "rotate") return answer.answer;
        const why = `${failed(answer).message}: it may still be done, look before you try again`;
        return { kind: "refused", answer: { kind: "unavailable", why } };
      },
      async audit(filter) {
        const answer = await ask({ kind: "audit", filter });
        if (answer.kind !== "audit") throw failed(answer);
        return answer.entries;
      },
      async checkAudit() {
        const answer = await ask({ kind: "check-audit" });
        if (answer.kind !== "check-audit") throw failed(answer);
        return answer.check;
      },
    },
  };
}
