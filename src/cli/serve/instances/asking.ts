import { setTimeout as delay } from "node:timers/promises";
import {
  createExchanges,
  type CallKeys,
  type Exchanges,
  type OpenExchange,
  type Ties,
} from "../../../exchanges/index.ts";
import type { NotesLink } from "../registry/notes-link.ts";
import {
  namelessName,
  openOf,
  readNote,
  sharedTrace,
  type Hashes,
  type NotedExchange,
  type NotedPerson,
} from "./notes-form.ts";
import type { Peers } from "./peers.ts";

/** What other instances noted of the exchange that a call belongs to. */
export interface Elsewhere {
  /** null: nobody noted anything that the call bears. */
  readonly owner: string | null;
  /** null: known by the recipient alone. */
  readonly exchange: string | null;
  readonly ties: Ties;
  /** The recipient is a shopper of the exchange it is tied to. */
  readonly atHome: boolean;
  /** Several deliveries have its trace, and one of them may be what legacy alone got of the recipient's. */
  readonly doubtful: boolean;
  /** Something is held for somebody of whom no number is known. */
  readonly nameless: boolean;
}

export interface Asking {
  /** Asks again after each of these waits until it is found; null: the notes could not be read. */
  ask(keys: CallKeys, waitsMs: readonly number[]): Promise<Elsewhere | null>;
}

export interface AskingOptions {
  readonly notes: NotesLink;
  readonly peers: Pick<Peers, "ids">;
  readonly hashes: Hashes;
}

const readMs = 200;

export function createAsking({ notes, peers, hashes }: AskingOptions): Asking {
  /** What a call bears, as notes are named: first what leads to one exchange, last the recipient. */
  const namesOf = ({ exchange, traceId, refersTo, recipient }: CallKeys): readonly string[] => [
    ...(exchange === null ? [] : [`exchange:${exchange}`]),
    ...(traceId === null ? [] : [`trace:${traceId}`]),
    ...(refersTo === null ? [] : [`message:${hashes.message(refersTo)}`]),
    ...(recipient === null ? [] : [`shopper:${hashes.shopper(recipient)}`]),
  ];

  const look = async (keys: CallKeys): Promise<Elsewhere | null> => {
    const { ids } = peers;
    const held = ids.map((owner) => `${namelessName}@${owner}`);
    const wanted = namesOf(keys).flatMap((name) => ids.map((owner) => ({ name, owner, key: `${name}@${owner}` })));
    const texts =
      ids.length === 0 ? null : await notes.get("exchange", [...wanted.map(({ key }) => key), ...held], readMs);
    if (texts === null) return null;
    const found: FoundNote[] = [];
    let isShared = false;
    for (const { name, owner, key } of wanted) {
      const text = texts.get(key);
      if (text === sharedTrace) isShared = true;
      if (text === undefined || text === sharedTrace) continue;
      const note = readNote(text);
      // Of another version: it says something, and it is not known what.
      if (note === null) return null;
      found.push({ owner, name, note });
    }
    const elsewhere = resolve(found, {
      ...keys,
      refersTo: hashes.message(keys.refersTo),
      recipient: hashes.shopper(keys.recipient),
    });
    return {
      ...elsewhere,
      doubtful: isShared && elsewhere.ties.elsewhere.has("legacy"),
      nameless: held.some((key) => texts.has(key)),
    };
  };

  return {
    async ask(keys, waitsMs) {
      let found = await look(keys);
      for (const ms of waitsMs) {
        if (found?.exchange !== null) break;
        // Its note may be on its way.
        await delay(ms, undefined, { ref: false });
        found = await look(keys);
      }
      return found;
    },
  };
}

interface FoundNote {
  readonly owner: string;
  readonly name: string;
  readonly note: NotedExchange | NotedPerson;
}

/** By the rules that hold in one instance: what is noted is put into an empty memory, with hashes for persons and messages. */
function resolve(found: readonly FoundNote[], keys: CallKeys): Omit<Elsewhere, "doubtful" | "nameless"> {
  const memory = createExchanges(memoryOptions, () => 0);
  const tied = new Map<string, OpenExchange>();
  for (const { name, owner, note } of found) {
    const opened = openOf(note, { owner, name });
    if (note.kind === "exchange") tied.set(opened.exchange, opened);
    remember(memory, opened);
  }
  const ties = memory.ties(keys);
  const exchange = exchangeOf(found, keys);
  const newest = found
    .filter(({ note }) => note.kind === "person" && fits(note.phone, keys.phone))
    .toSorted((one, other) => other.note.atMs - one.note.atMs)[0];
  return {
    owner: (exchange === null ? newest : found.find(({ note }) => note.exchange === exchange))?.owner ?? null,
    exchange,
    ties,
    atHome: [...tied.values()].some(({ items }) => items.some(({ shopper }) => shopper === keys.recipient)),
  };
}

/** What is legacy's alone is remembered only where legacy answered in the candidate's place. */
function remember(memory: Exchanges, opened: OpenExchange): void {
  const isLegacys = opened.items.every(({ mode }) => mode === "legacy");
  memory.open(isLegacys ? { ...opened, items: opened.items.map((item) => ({ ...item, mode: "cutover" })) } : opened);
  if (isLegacys) memory.fallBack(opened.exchange);
}

/** The one that it names, or else the only one to which its trace and its message lead. */
function exchangeOf(found: readonly FoundNote[], { exchange }: CallKeys): string | null {
  const strong = new Set(found.filter(({ name }) => !name.startsWith("shopper:")).map(({ note }) => note.exchange));
  if (exchange !== null && strong.has(exchange)) return exchange;
  const [only = null] = strong;
  return strong.size === 1 ? only : null;
}

const memoryOptions = { settleMs: 1, max: 10_000, maxAlone: 0, canonicalId: (id: string): string => id };

function fits(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}
