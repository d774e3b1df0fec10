import { isDeepStrictEqual } from "node:util";
import type { FlagChange, ListChange, ListId } from "./change.ts";
import type { DocumentChange } from "./document.ts";
import type { Edit, FlagFields, FlagList } from "./edit.ts";
import { blankDefinition, unsetFlag, withLists, type Flag, type FlagOf } from "./flag.ts";
import { ListDraft } from "./list-draft.ts";
import type { Edited, PlanContext, PlanState } from "./plan.ts";
import type { ShopperTable } from "./shopper-list.ts";

const FLAG_LISTS: readonly FlagList[] = ["allowlist", "denylist", "forceOn"];

/** What one flag, audience or document of a write comes to. */
export interface Outcome {
  readonly flags: readonly FlagChange[];
  readonly lists: readonly ListChange[];
  readonly documents?: readonly DocumentChange[];
  readonly edited: Edited;
}

/** A flag as a write changes it. */
export class FlagDraft {
  readonly key: string;
  readonly #stored: FlagOf<ShopperTable> | null;
  /** The store has a record that nobody can read: it is written over whole. */
  readonly #unreadable: boolean;
  readonly #lists: Readonly<Record<FlagList, ListDraft>>;
  readonly #base: Flag | null;
  readonly #unset: Flag;
  #flag: FlagOf<ListDraft> | null;
  #killed = false;
  #switchedOff = false;
  #removed = false;

  constructor(key: string, state: PlanState, context: PlanContext) {
    this.key = key;
    this.#stored = state.flags.get(key) ?? null;
    this.#unreadable = state.unreadable?.includes(key) ?? false;
    const definition = context.definitions.find((one) => one.key === key);
    this.#unset = unsetFlag(definition ?? blankDefinition(key), context.by);
    const inEnvironment = context.environment.find((flag) => flag.key === key);
    this.#base = (this.#unreadable ? null : inEnvironment) ?? (definition === undefined ? null : this.#unset);
    const table = (list: FlagList): ListDraft => new ListDraft(this.#stored?.[list] ?? null);
    this.#lists = { allowlist: table("allowlist"), denylist: table("denylist"), forceOn: table("forceOn") };
    this.#flag = this.#stored && { ...this.#stored, ...this.#lists };
    if (this.#flag !== null && this.#stored?.allowlist === null) this.#flag = { ...this.#flag, allowlist: null };
  }

  /** Stored, set in the environment or defined. */
  get isKnown(): boolean {
    return this.#flag !== null || this.#unreadable || this.#base !== null;
  }

  /** Nobody knew it before: not stored, not set in the environment, not defined. */
  get isNew(): boolean {
    return this.#stored === null && !this.#unreadable && this.#base === null;
  }

  /** As it is after the edits so far. */
  get flag(): FlagOf<ListDraft> | null {
    return this.#flag;
  }

  get stored(): FlagOf<ShopperTable> | null {
    return this.#stored;
  }

  /** Whoever is not in its allowlist is off. */
  get isClosed(): boolean {
    const base = withLists(this.#base ?? this.#unset, (members) => ({ size: members.length }));
    const { allowlist, percent } = this.#flag ?? base;
    return allowlist !== null && (percent === null || allowlist.size > 0);
  }

  put(fields: FlagFields): void {
    this.#set({ ...this.#unset, ...presentOf(fields) });
  }

  patch(fields: FlagFields): void {
    const present = presentOf(fields);
    if (Object.keys(present).length > 0) this.#change(present);
    this.#switchedOff = present.enabled === false;
  }

  kill(): void {
    this.#change({ enabled: false });
    this.#killed = true;
    this.#switchedOff = true;
  }

  remove(): void {
    this.#clear();
    this.#removed = true;
  }

  editMembers({ list, add, remove }: Extract<Edit, { kind: "members" }>): void {
    const before = this.#flag;
    const flag = this.#begin();
    const draft = this.#lists[list];
    const removed = remove.filter((member) => draft.remove(member));
    const added = add.filter((member) => draft.add(member));
    // What changes nobody makes no record, and closes no list that is not there.
    if (removed.length > 0 || added.length > 0) this.#change({}, { ...flag, [list]: draft });
    else if (before === null) this.#clear();
  }

  /** null: it is as it was. */
  outcome(context: PlanContext): Outcome | null {
    const flag = this.#flag;
    const before = this.#stored && withLists(this.#stored, (list) => list.size);
    if (flag === null) {
      // A record that nobody can read goes where that was asked for, not with an edit that says nothing.
      if (before === null && !(this.#unreadable && this.#removed)) return null;
      return {
        flags: [{ kind: "removed", key: this.key }],
        lists: this.#listChanges(),
        edited: this.#edited("flag-removed", before, null),
      };
    }
    const after = withLists(flag, (list) => list.size);
    const lists = this.#listChanges();
    const isSame = before !== null && lists.length === 0 && isDeepStrictEqual(saidOf(before), saidOf(after));
    if (isSame && !(this.#switchedOff && isMachine(before.updatedBy) && !isMachine(context.by))) return null;
    const stamped = { ...after, version: context.version, updatedAt: context.at, updatedBy: context.by };
    return {
      flags: [{ kind: "set", flag: stamped }],
      lists,
      edited: this.#edited(this.#killed ? "flag-killed" : "flag-set", before, stamped),
    };
  }

  /** What a patch changes: what is in force, or nothing said yet. */
  #begin(): FlagOf<ListDraft> {
    return this.#flag ?? this.#set(this.#base ?? this.#unset);
  }

  #clear(): void {
    for (const list of FLAG_LISTS) this.#lists[list].become([]);
    this.#flag = null;
  }

  #set({ allowlist, denylist, forceOn, ...rest }: Flag): FlagOf<ListDraft> {
    const lists = this.#lists;
    lists.allowlist.become(allowlist ?? []);
    lists.denylist.become(denylist);
    lists.forceOn.become(forceOn);
    this.#killed = false;
    this.#flag = { ...rest, ...lists, allowlist: allowlist === null ? null : lists.allowlist };
    return this.#flag;
  }

  #change({ allowlist, denylist, forceOn, ...rest }: Partial<Flag>, flag = this.#begin()): void {
    const lists = this.#lists;
    if (allowlist !== undefined) lists.allowlist.become(allowlist ?? []);
    if (denylist !== undefined) lists.denylist.become(denylist);
    if (forceOn !== undefined) lists.forceOn.become(forceOn);
    const listed = allowlist === undefined ? flag.allowlist : allowlist === null ? null : lists.allowlist;
    this.#flag = { ...flag, ...rest, allowlist: listed };
    this.#killed = false;
  }

  #listChanges(): readonly ListChange[] {
    return FLAG_LISTS.flatMap((list) => this.#listChange(list) ?? []);
  }

  #listChange(list: FlagList): ListChange | null {
    const id: ListId = `${list}:${this.key}`;
    const draft = this.#lists[list];
    const isThere = this.#flag !== null && this.#flag[list] !== null;
    if (isThere && draft.size > 0) return draft.change(id);
    // Whether a flag has an empty list or none is in its record.
    return this.#unreadable || draft.isChanged ? { kind: "dropped", list: id } : null;
  }

  #edited(action: Edited["action"], before: Edited["before"], after: Edited["after"]): Edited {
    const members = FLAG_LISTS.flatMap((list) => {
      const draft = this.#lists[list];
      return draft.isChanged ? [{ list: `${list}:${this.key}` as const, ...draft.difference() }] : [];
    });
    return { action, subject: this.key, before, after, members };
  }
}

/** What it switched off is off by a person's word once one switches it off as well: it is written, and no machine undoes it. */
function isMachine(by: string): boolean {
  return by.startsWith("automatic:");
}

/** Without what is `undefined`. */
function presentOf(fields: FlagFields): Partial<Flag> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** What somebody may say of a flag. */
function saidOf({ version: _version, updatedAt: _at, updatedBy: _by, ...said }: FlagOf<number>): object {
  return said;
}
