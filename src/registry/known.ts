import type { AuditEntry } from "./audit.ts";
import { actorText } from "./audit-draft.ts";
import { KILL_UNDONE } from "./chain.ts";
import { emptyFlagState } from "../flags/index.ts";
import { killSchema } from "./kill-schema.ts";
import { changesBetween, type RegistryEvent } from "./event.ts";
import { nowhere, samePosition } from "./position.ts";
import type { LocalKill, StoreView, View } from "./registry.ts";
import type { Kill, StoredKill, StoredState } from "./store.ts";

type Ending = Pick<LocalKill, "actor" | "reason">;

/** A kill that the store was heard to hold, and where. */
type KillAhead = StoredKill & { readonly kill: Kill };

/** What a process knows of the one before; null: nothing. */
interface Memory {
  readonly state: StoredState | null;
  readonly kill: LocalKill | null;
  readonly endedKill: Kill | null;
}

export interface KnownDeps {
  readonly kind: StoreView["kind"];
  readonly now: () => number;
  readonly onEvent: (event: RegistryEvent) => void;
  /** Told of each change, not each time that the store confirms what is known. */
  readonly onView: (view: View) => void;
  /** Told of every state that is adopted. */
  readonly onState: (state: StoredState, entries: readonly AuditEntry[] | null) => void;
  /** Told of every change of the kill that only this process knows. */
  readonly onLocalKill: (kill: LocalKill | null) => void;
}

/** What this process knows: the newest state, whether it is still the store's, and its own kill. */
export class Known {
  readonly #deps: KnownDeps;
  #state: StoredState = { ...emptyFlagState, position: nowhere, kill: null, unreadable: [] };
  /** null: never tried. */
  #up: boolean | null = null;
  #confirmedAt: number | null = null;
  #problem: string | null = "it has not answered yet";
  /** Why it took no write; null: it did, or was not asked. */
  #refusal: string | null = null;
  #toldUnreadable = "";
  /** Until `#state` is as new. */
  #ahead: KillAhead | null = null;
  #localKill: LocalKill | null = null;
  #endedKill: Kill | null = null;
  #unkept: string | null = null;

  constructor(deps: KnownDeps) {
    this.#deps = deps;
  }

  get state(): StoredState {
    return this.#state;
  }

  get up(): boolean {
    return this.#up === true;
  }

  /** A store has spoken. */
  get met(): boolean {
    return this.#confirmedAt !== null;
  }

  /** There is something to go by: a state that was ever written, or a kill. */
  get remembers(): boolean {
    return this.#state.position.version > 0 || this.#localKill !== null;
  }

  /** A kill of the store's that `state` does not have yet. */
  get ahead(): KillAhead | null {
    return this.#ahead;
  }

  get localKill(): LocalKill | null {
    return this.#localKill;
  }

  get killed(): boolean {
    return this.#kill !== null;
  }

  /** The last kill that was shared and is known to have ended. */
  get endedKill(): Kill | null {
    return this.#endedKill;
  }

  view(): View {
    const { kind } = this.#deps;
    const { version } = this.#state.position;
    return {
      state: this.#state,
      source: this.up ? kind : version > 0 ? "snapshot" : "none",
      store: {
        kind,
        up: this.up,
        confirmedAt: this.#confirmedAt,
        writable: this.writable,
        problem: this.#problem ?? this.#refusal,
        unreadable: this.#state.unreadable,
        unkept: this.#unkept,
      },
      killAhead: this.#ahead?.kill ?? null,
      localKill: this.#localKill,
    };
  }

  /** From disk: a state counts where no store spoke yet, a kill in any case. */
  remember({ state, kill, endedKill }: Memory): void {
    this.#change(() => {
      if (this.#state.position.version === 0) this.#state = state ?? this.#state;
      this.#localKill ??= kill;
    });
    this.#endedKill ??= endedKill;
  }

  /** What the store says of its kill before the rest is read: that it was thrown counts at once, its end with the rest. */
  heed({ position, kill }: StoredKill): void {
    if (kill === null || samePosition(position, this.#state.position)) return;
    if ([this.#kill, this.#endedKill].some((known) => isSameKill(kill, known))) return;
    this.#change(() => (this.#ahead = { position, kill }));
  }

  /** It is gone from the store. */
  forgetAhead(): void {
    if (this.#ahead !== null) this.#change(() => (this.#ahead = null));
  }

  /** The store's. `entries`: the audit of how it came to this; null: not known. */
  adopt(state: StoredState, entries: readonly AuditEntry[] | null): void {
    const before = this.#state;
    const isFirst = !this.met && before.position.version === 0;
    const undone = entries?.findLast(({ action }) => action === KILL_UNDONE) ?? null;
    // One that was thrown and ended between two looks is known from the audit alone.
    this.#endedKill = endedIn(undone) ?? (state.kill === null ? this.lastKill(state).kill : null) ?? this.#endedKill;
    this.#change(() => {
      this.#state = state;
      if (this.#hasReached(state)) this.#ahead = null;
      this.#rise();
    }, undone);
    if (!isFirst) for (const event of changesBetween(before, state, entries ?? [])) this.#deps.onEvent(event);
    this.#tellUnreadable();
    this.#deps.onState(state, entries);
  }

  /** `state` is still what the store holds. */
  confirm(): void {
    if (this.#hasReached(this.#state)) this.forgetAhead();
    if (this.#rise()) this.#deps.onView(this.view());
  }

  /** The newest that is known of the kill up to where `state` is. */
  lastKill(state: StoredState): StoredKill {
    return this.#ahead !== null && this.#hasReached(state) ? this.#ahead : this.#state;
  }

  lose(problem: string): void {
    if (this.#up === false && this.#problem === problem) return;
    if (this.#up !== false) this.#deps.onEvent({ kind: "store-down", problem });
    this.#up = false;
    this.#problem = problem;
    this.#tellUnreadable();
    this.#deps.onView(this.view());
  }

  /** Whether the store took the last write that it was given; true until it was given one. */
  get writable(): boolean {
    return this.#refusal === null;
  }

  /** What the disk cannot keep, and why; null: it keeps everything. */
  answeredDisk(problem: string | null): void {
    if (this.#unkept === problem) return;
    this.#unkept = problem;
    this.#deps.onView(this.view());
  }

  /** The store took a write (null), or was read-only. */
  answeredWrite(refusal: string | null): void {
    if (this.#refusal === refusal) return;
    this.#refusal = refusal;
    this.#deps.onView(this.view());
  }

  killLocally(kill: LocalKill): void {
    this.#change(() => (this.#localKill = kill));
    this.#deps.onLocalKill(kill);
  }

  /** `by` null: the store has taken it over. */
  endLocalKill(by: Ending | null): void {
    if (this.#localKill === null) return;
    this.#change(() => (this.#localKill = null), by);
    this.#deps.onLocalKill(null);
  }

  get #kill(): Kill | null {
    return this.#state.kill ?? this.#ahead?.kill ?? this.#localKill?.kill ?? null;
  }

  #hasReached({ position }: StoredState): boolean {
    return this.#ahead !== null && position.version >= this.#ahead.position.version;
  }

  #change(apply: () => void, ending: Ending | null = null): void {
    const before = this.#kill;
    apply();
    const after = this.#kill;
    if ((before === null) !== (after === null)) {
      const by = after?.by ?? (ending === null ? "unknown" : actorText(ending.actor));
      const reason = (after ?? ending)?.reason ?? null;
      this.#deps.onEvent({ kind: "kill-changed", killed: after !== null, by, reason });
    }
    this.#deps.onView(this.view());
  }

  /** Once, until they are others. */
  #tellUnreadable(): void {
    const keys = this.#state.unreadable.join(", ");
    if (keys !== "" && keys !== this.#toldUnreadable) {
      const text = `stored records cannot be read, each counts as unset until it is put whole: ${keys}`;
      this.#deps.onEvent({ kind: "problem", operation: "records", text });
    }
    this.#toldUnreadable = keys;
  }

  /** Whether it was not up. */
  #rise(): boolean {
    const wasUp = this.up;
    this.#up = true;
    this.#problem = null;
    this.#confirmedAt = this.#deps.now();
    if (!wasUp) this.#deps.onEvent({ kind: "store-up" });
    return !wasUp;
  }
}

export function isSameKill(one: Kill, other: Kill | null): boolean {
  return one.at === other?.at && one.by === other.by;
}

/** The kill that an undo ended. */
function endedIn(undone: AuditEntry | null): Kill | null {
  const { success, data } = killSchema.safeParse(undone?.before);
  return success ? data : null;
}
