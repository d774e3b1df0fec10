import { randomBytes } from "node:crypto";
import type { InstanceEntry } from "../../../admin/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { NotesLink } from "../registry/notes-link.ts";
import { beatOf, type Beat, type NamedState, type PeerState } from "./beat.ts";

export interface PeersOptions {
  readonly notes: NotesLink;
  /** Tells whether another hashes as this one does. */
  readonly fingerprint: string;
  /** So long notes of exchanges are kept: no exchange is open or lately settled for longer. */
  readonly keptMs: number;
  /** Milliseconds since a process ran here last; null: none did. */
  readonly lastRunMs: number | null;
  readonly clock: Clock;
  /** What all others are to know of this one. */
  readonly state: () => NamedState;
  /** Everything that this one opened is noted, but for the last moment. */
  readonly isCurrent: () => boolean;
  /** A packet that another posted here. */
  readonly received: (packet: string) => void;
  /** What others say was heard. */
  readonly heard: () => void;
  readonly fault: (operation: string, error: unknown) => void;
}

/** The other instances on the same store. */
export interface Peers {
  readonly id: string;
  /** The store was read, nobody else is there, and all others would see that this one is. */
  readonly alone: boolean;
  /** What a process before this one had open may be open still. */
  readonly recovering: boolean;
  /** Those whose notes count. */
  readonly ids: readonly string[];
  /** What no note tells of may be there all the same. */
  readonly blind: boolean;
  /** What any of them says. */
  readonly any: PeerState;
  /** Those that have not said goodbye. */
  readonly others: readonly InstanceEntry[];
  /** False: it may not get there. */
  post(to: string, packet: string): Promise<boolean>;
  /** Says goodbye. */
  close(): Promise<void>;
}

/** As many instances as may share a store. */
const SLOTS = 64;
const slots = Array.from({ length: SLOTS }, (_, slot) => `instance:${slot}`);
const aloneEveryMs = 1_000;
/** What others post is fetched so often. */
const togetherEveryMs = 200;
/** Between two signs of life where somebody looks out for them. */
const beatMs = 1_000;
/** Who has given no sign for so long may have noted nothing either. */
const silentMs = 3_500;
const readMs = 1_000;
const writeMs = 2_000;
/** Characters of a packet in a note. */
const pieceLength = 4_000;
/** Of a packet: more than a megabyte is not passed on. */
const maxPieces = 250;
const maxFetched = 1_000;

interface Peer {
  said: Beat;
  heardMs: number;
  /** Of its pieces for this instance. */
  fetched: number;
  packet: string;
}

const pieceKey = (from: string, to: string, n: number): string => `post:${from}:${to}:${n}`;

/**
 * Each instance keeps a note in one of a few slots, says in it every second that it is there, and reads all slots. What is
 * posted to another lies in notes that are numbered; how many there are is in the same note.
 */
export class NotedPeers implements Peers {
  readonly id = randomBytes(8).toString("hex");
  readonly #options: PeersOptions;
  readonly #peers = new Map<string, Peer>();
  /** Pieces, by whom they are for. */
  readonly #posted = new Map<string, number>();
  #slot: string | null = null;
  #beat = 0;
  #beatenMs = -Infinity;
  #lastState = "";
  #wasRead = false;
  /** It has had a slot: the store then tells whoever comes after it. */
  #wasSeen = false;
  readonly #recoveredMs: number;
  #gone = false;
  #blindUntilMs: number;
  /** Notes are put one after the other, so that no older one comes last. */
  #putting: Promise<unknown> = Promise.resolve();
  #turning: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: PeersOptions) {
    this.#options = options;
    // Who was there before has noted nothing while alone.
    this.#blindUntilMs = options.clock() + options.keptMs;
    this.#recoveredMs = this.#blindUntilMs - (options.lastRunMs ?? Infinity);
  }

  /** Looks out for others from now on. */
  run(): void {
    const { clock, fault } = this.#options;
    const startMs = clock();
    this.#turning = this.#turn()
      .catch((error: unknown) => fault("instances", error))
      .then(() => {
        if (this.#gone) return;
        const everyMs = this.#peers.size === 0 ? aloneEveryMs : togetherEveryMs;
        this.#timer = setTimeout(() => this.run(), Math.max(10, everyMs - (clock() - startMs))).unref();
      });
  }

  get alone(): boolean {
    return this.#wasRead && this.#peers.size === 0 && this.#wasSeen;
  }

  get recovering(): boolean {
    return this.#options.clock() < this.#recoveredMs;
  }

  get ids(): readonly string[] {
    return [...this.#peers.keys()];
  }

  get blind(): boolean {
    return this.#options.clock() < this.#blindUntilMs || [...this.#peers.values()].some((peer) => this.#isSilent(peer));
  }

  get any(): PeerState {
    const all = [...this.#peers.values()].map(({ said }) => said);
    return {
      cutover: all.some(({ cutover }) => cutover),
      egressUsed: all.some(({ egressUsed }) => egressUsed),
      tied: all.flatMap(({ tied }) => tied),
      untied: all.flatMap(({ untied }) => untied),
    };
  }

  get others(): readonly InstanceEntry[] {
    const there = [...this.#peers.values()].filter(({ said }) => !said.gone);
    return there.map((peer) => {
      const { id, name, killed } = peer.said;
      return { name: name === "" ? id : name, own: false, killed: this.#isSilent(peer) ? null : killed };
    });
  }

  async post(to: string, packet: string): Promise<boolean> {
    const peer = this.#peers.get(to);
    const count = Math.ceil(packet.length / pieceLength);
    if (this.#slot === null || peer === undefined || peer.said.gone || this.#isSilent(peer) || count > maxPieces) {
      return false;
    }
    const before = this.#posted.get(to) ?? 0;
    this.#posted.set(to, before + count);
    const pieces = Array.from({ length: count }, (_, i) => ({
      key: pieceKey(this.id, to, before + 1 + i),
      value: `${i + 1 < count ? "+" : "."}${packet.slice(i * pieceLength, (i + 1) * pieceLength)}`,
    }));
    return this.#put(pieces, this.#slot);
  }

  async close(): Promise<void> {
    this.#gone = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#turning;
    if (this.#slot !== null && this.#options.isCurrent()) await this.#put([], this.#slot);
  }

  async #turn(): Promise<void> {
    const { clock, keptMs, state, isCurrent } = this.#options;
    if (!(await this.#look()) || this.#gone) return;
    const everyMs = this.#peers.size === 0 ? keptMs / 3 : beatMs;
    const isDue = clock() - this.#beatenMs >= everyMs || this.#lastState !== JSON.stringify(state());
    if (this.#slot !== null && isDue && isCurrent()) await this.#put([], this.#slot);
    await Promise.all([...this.#peers.values()].map((peer) => this.#fetch(peer)));
  }

  /** Reads all slots, and takes one where this instance has none. False: they could not be read. */
  async #look(): Promise<boolean> {
    const { notes, clock, keptMs, heard } = this.#options;
    const found = await notes.get("exchange", slots, readMs);
    if (found === null) {
      this.#blindUntilMs = Math.max(this.#blindUntilMs, clock() + silentMs);
      return false;
    }
    const beats = new Map([...found].map(([key, value]) => [key, beatOf(value)]));
    if (this.#slot !== null && beats.get(this.#slot)?.id !== this.id) {
      // The store lost what it held, or another took the same slot at the same time.
      if (!beats.has(this.#slot)) this.#blindUntilMs = clock() + keptMs;
      this.#slot = null;
    }
    for (const said of beats.values()) if (said !== null) this.#learn(said);
    const there = new Set([...beats.values()].map((said) => said?.id));
    for (const [peer, { heardMs }] of this.#peers) {
      if (there.has(peer) || clock() - heardMs <= keptMs) continue;
      this.#peers.delete(peer);
      this.#posted.delete(peer);
    }
    this.#wasRead = true;
    if (this.#slot === null) await this.#takeSlot(found);
    heard();
    return true;
  }

  #learn(said: Beat): void {
    if (said.id === this.id) return;
    const heardMs = this.#options.clock();
    const known = this.#peers.get(said.id);
    if (known === undefined) this.#peers.set(said.id, { said, heardMs, fetched: 0, packet: "" });
    else if (known.said.beat !== said.beat) Object.assign(known, { said, heardMs });
  }

  async #takeSlot(taken: ReadonlyMap<string, string>): Promise<void> {
    const free = slots.filter((key) => !taken.has(key));
    const chosen = free[Math.floor(Math.random() * free.length)];
    if (chosen === undefined) throw new Error(`More than ${SLOTS} instances on one store`);
    if (!(await this.#put([], chosen))) return;
    this.#slot = chosen;
    this.#wasSeen = true;
  }

  async #fetch(peer: Peer): Promise<void> {
    const { notes, received } = this.#options;
    const last = Math.min(peer.said.posted[this.id] ?? 0, peer.fetched + maxFetched);
    const count = last - peer.fetched;
    if (count <= 0) return;
    const keys = Array.from({ length: count }, (_, i) => pieceKey(peer.said.id, this.id, peer.fetched + 1 + i));
    const found = await notes.get("exchange", keys, readMs);
    if (found === null) return;
    peer.fetched = last;
    for (const key of keys) {
      const piece = found.get(key);
      // Of a packet with a piece missing the seal is broken, so that it is not opened.
      peer.packet += piece?.slice(1) ?? "";
      if (piece?.startsWith("+") === true) continue;
      const { packet } = peer;
      peer.packet = "";
      if (piece !== undefined) received(packet);
    }
  }

  #isSilent({ said, heardMs }: Peer): boolean {
    const { fingerprint, clock } = this.#options;
    return said.fingerprint !== fingerprint || (!said.gone && clock() - heardMs > silentMs);
  }

  #put(more: readonly { readonly key: string; readonly value: string }[], slot: string): Promise<boolean> {
    const { notes, fingerprint, keptMs, clock, state } = this.#options;
    const { id } = this;
    const now = state();
    this.#beat += 1;
    const posted = Object.fromEntries(this.#posted);
    const said: Beat = { id, beat: this.#beat, fingerprint, ...now, gone: this.#gone, posted };
    const untilMs = Date.now() + keptMs;
    const all = [...more, { key: slot, value: JSON.stringify(said) }];
    const done = this.#putting.then(() =>
      notes.put(
        all.map((note) => ({ ...note, space: "exchange" as const, untilMs })),
        writeMs,
      ),
    );
    this.#putting = done;
    this.#beatenMs = clock();
    this.#lastState = JSON.stringify(now);
    return done;
  }
}
