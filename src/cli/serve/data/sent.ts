import type { KeyedHash, Translation } from "../../../compare/index.ts";
import { createRecent } from "../../../lib/recent.ts";
import type { SentMessages } from "../../../mirror/index.ts";
import type { Effect } from "../../../model/index.ts";
import type { NotesLink } from "../registry/notes-link.ts";

/** Which side sent a message, on all instances: remembered here, noted in the store in batches. */
export interface Sent extends SentMessages {
  /** A call that is over. */
  did(effect: Effect): void;
  /** Both sides sent these, each under an id of its own. */
  readonly paired: (ids: readonly Translation[]) => void;
  /** Ids of the messages that are remembered here. */
  known(): Iterable<{ readonly ids: readonly string[]; readonly forget: () => void }>;
  /** Notes what was sent since. To be called every second or so, and at the end. */
  save(): Promise<void>;
}

type Sender = "legacy" | "candidate";

/** Some 150 bytes each. */
const maxSent = 100_000;
/** The provider tells of a message for so long (WHATSAPP.md 1.3). */
const keptMs = 7 * 24 * 60 * 60 * 1_000;
/** What another instance has noted of legacy is believed for so long, and asked again. */
const believedMs = 60 * 60 * 1_000;
/** The provider waits for its answer meanwhile. */
const readMs = 100;
const writeMs = 5_000;
const notesPerWrite = 500;
/** Messages of one delivery that are asked for: each costs a hash on the thread that answers. */
const maxAsked = 200;

export interface SentOptions {
  readonly notes: NotesLink;
  /** The one to note by first: by the others something may be noted from before. */
  readonly hashes: () => readonly KeyedHash[];
}

export function createSent({ notes, hashes }: SentOptions): Sent {
  const senders = createRecent<Sender>(maxSent);
  const candidateIds = createRecent<string>(maxSent);
  const legacyIds = createRecent<string>(maxSent);
  const keysOf = (id: string): readonly string[] => hashes().map((hash) => hash(`sent\n${id}`));
  const keyOf = (id: string): string => keysOf(id)[0] ?? "";
  /** Of the note that legacy has sent anything: no message has an id without text. */
  const legacyKey = keyOf("");
  let legacyUntilMs = 0;
  let unsaved: (readonly [id: string, by: Sender])[] = [];
  let saving: Promise<void> | null = null;

  const learn = (found: ReadonlyMap<string, string>, byKey: ReadonlyMap<string, string>): void => {
    for (const [key, by] of found) {
      const id = byKey.get(key);
      if (id !== undefined && (by === "legacy" || by === "candidate")) senders.set(id, by);
      if (by === "legacy") legacyUntilMs = Math.max(legacyUntilMs, Date.now() + believedMs);
    }
  };
  const writeAll = async (): Promise<void> => {
    while (unsaved.length > 0) {
      const batch = unsaved.splice(0, notesPerWrite);
      const untilMs = Date.now() + keptMs;
      const noted = batch.map(([id, by]) => [keyOf(id), by] as const);
      const all = batch.some(([, by]) => by === "legacy") ? [...noted, [legacyKey, "legacy"] as const] : noted;
      const written = await notes.put(
        all.map(([key, value]) => ({ space: "sent", key, value, untilMs })),
        writeMs,
      );
      if (!written) {
        unsaved = [...batch, ...unsaved];
        return;
      }
    }
  };
  return {
    by: (id) => senders.get(id) ?? null,
    candidateIdOf: (id) => candidateIds.get(id) ?? null,
    legacyIdOf: (id) => legacyIds.get(id) ?? null,
    legacySends: () => legacyUntilMs > Date.now(),
    ask(ids) {
      if (ids.length === 0 || notes.latest("sent") === 0) return null;
      const byKey = new Map(ids.slice(0, maxAsked).flatMap((id) => keysOf(id).map((key) => [key, id] as const)));
      return notes.get("sent", [...byKey.keys(), ...keysOf("")], readMs).then(
        (found) => learn(found ?? new Map(), byKey),
        () => undefined,
      );
    },
    did({ side, operation, disposition, succeeded, produced }) {
      if (operation !== "send" || disposition !== "released" || !succeeded || side === "twin") return;
      for (const id of produced) {
        if (senders.get(id) === side) continue;
        senders.set(id, side);
        // While the store is away the oldest go first.
        if (unsaved.length >= maxSent) unsaved = unsaved.slice(maxSent / 10);
        unsaved.push([id, side]);
      }
      if (side === "legacy" && produced.length > 0) legacyUntilMs = Date.now() + keptMs;
    },
    paired(ids) {
      for (const { legacy, candidate } of ids) {
        candidateIds.set(legacy, candidate);
        legacyIds.set(candidate, legacy);
      }
    },
    *known() {
      for (const id of senders.keys()) yield { ids: [id], forget: () => senders.delete(id) };
      for (const ids of [candidateIds, legacyIds]) {
        for (const id of ids.keys()) yield { ids: [id, ids.get(id) ?? id], forget: () => ids.delete(id) };
      }
      for (const one of unsaved) {
        yield { ids: [one[0]], forget: () => (unsaved = unsaved.filter((other) => other !== one)) };
      }
    },
    save: () => (saving ??= writeAll().finally(() => (saving = null))),
  };
}
