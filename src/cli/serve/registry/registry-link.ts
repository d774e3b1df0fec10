import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { Rule } from "../../../model/index.ts";
import type { KillAnswer, KillOrder, StoreView } from "../../../registry/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import { createCalls } from "../threads/calls.ts";
import type { Expectation } from "./expectations.ts";
import type { HashKeys } from "./hash-keys.ts";
import type { FromRegistry, RegistryData, SharedFlags, ToRegistry } from "../threads/messages.ts";
import { createNotesLink, type NotesLink } from "./notes-link.ts";
import { startThread } from "../threads/thread.ts";

export interface RegistryLinkOptions {
  readonly data: () => Omit<RegistryData, "tied">;
  /** What is known at the start; see `tied`. */
  readonly tied: readonly string[];
  /** Puts flags in force on this thread: synchronous, and never throws. */
  readonly flags: (flags: SharedFlags, hashKeys: HashKeys) => void;
  /** Hashes by these from now on: as above. */
  readonly hashKeys: (keys: HashKeys) => void;
  /** Puts rules in force on this thread: synchronous, and never throws. */
  readonly rules: (rules: readonly Rule[]) => void;
  /** Takes what is marked as expected for that: as above. */
  readonly expected: (expectations: readonly Expectation[]) => void;
  /** Forgets whom these hashes are of, in time. */
  readonly forget: (hashes: readonly string[]) => void;
  readonly event: (event: SombraEvent) => void;
  readonly fault: (operation: string, error: unknown) => void;
  /** A registry thread begins: whoever had a line to the last one needs another. */
  readonly begun: () => void;
}

/** The data plane's end of the line to the registry: flags come in, kills go out. Nothing of it is waited for by a delivery. */
export interface RegistryLink {
  readonly store: () => StoreView | null;
  share(order: KillOrder): Promise<KillAnswer>;
  readonly notes: NotesLink;
  /** On these routes what legacy sends is known to be tied to its exchange. */
  tied(routes: readonly string[]): void;
  /** The other end of a line, for another thread. */
  line(): MessagePort;
  stop(maxMs: number): Promise<void>;
}

export function startRegistry(options: RegistryLinkOptions): RegistryLink {
  const calls = createCalls<KillAnswer>();
  /** Not answered yet: a thread that takes the place of a dead one is told again. */
  const open = new Map<number, KillOrder>();
  let store: StoreView | null = null;
  let again = false;
  let { tied } = options;
  const notes = createNotesLink({
    send: (message) => thread.send(message),
    isUp: () => store?.up === true,
    now: () => Date.now(),
  });
  const receive = (message: FromRegistry): void => {
    switch (message.kind) {
      case "flags":
        ({ store } = message.flags);
        options.flags(message.flags, message.hashKeys);
        return thread.send({ kind: "applied", id: message.id });
      case "forget":
        return options.forget(message.hashes);
      case "rules":
        return options.rules(message.rules);
      case "hash-keys":
        return options.hashKeys(message.keys);
      case "expected":
        return options.expected(message.expectations);
      case "store":
        ({ store } = message);
        return;
      case "killed":
        open.delete(message.id);
        return calls.answered(message.id, message.answer);
      case "noted":
      case "put":
      case "got":
        return notes.receive(message);
      case "event":
        return options.event(message.event);
    }
  };
  const thread = startThread<ToRegistry, FromRegistry>({
    name: "registry",
    file: new URL("./registry.ts", import.meta.url),
    first: () => ({ kind: "start", data: { ...options.data(), tied } }),
    started() {
      if (again) for (const [id, order] of open) thread.send({ kind: "kill", id, order });
      if (again) notes.giveUp();
      if (again) options.begun();
      again = true;
    },
    receive,
    fault: options.fault,
  });
  return {
    store: () => store,
    notes,
    tied(routes) {
      tied = routes;
      thread.send({ kind: "tied", routes });
    },
    share: (order) =>
      calls.call((id) => {
        open.set(id, order);
        thread.send({ kind: "kill", id, order });
      }),
    line() {
      const { port1, port2 } = new MessageChannel();
      thread.send({ kind: "line", line: port1 }, [port1]);
      return port2;
    },
    stop: (maxMs) => thread.stop({ kind: "stop" }, maxMs),
  };
}
