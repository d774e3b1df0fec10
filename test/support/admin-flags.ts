/** A route and its flags, kept in memory and really planned, for tests of the admin port. */
import { createHash } from "node:crypto";
import { deserialize } from "node:v8";
import type {
  AdminDeps,
  AdminEdited,
  AdminPreview,
  AdminWrite,
  AdminWriteAnswer,
  FlagsInForce,
  RouteEntry,
} from "../../src/admin/deps.ts";
import {
  compileFlag,
  createSnapshot,
  emptyFlagState,
  planWrite,
  previewWrite,
  resolveFlags,
  ShopperTable,
  unsetFlag,
  withLists,
  type Edit,
  type Edited,
  type Flag,
  type FlagDefinition,
  type FlagState,
  type PlanContext,
  type WritePreview,
} from "../../src/flags/index.ts";
import type {
  AuditEntry,
  KillOrder,
  PreviewAnswer,
  StoreView,
  WriteAnswer,
  WriteRequest,
} from "../../src/registry/index.ts";

export const sampleRoute: RouteEntry = {
  name: "default",
  path: "/",
  profile: "meta",
  legacy: "http://127.0.0.1:3001",
  candidate: "http://127.0.0.1:3002",
  flags: {
    enabled: "CANONICAL",
    shadow: "CANONICAL_SHADOW",
    dualRun: "CANONICAL_DUAL",
    reverseShadow: "CANONICAL_BACK",
  },
  mode: "dual-run",
};

export const sampleNow = Date.parse("2026-01-02T03:04:05.000Z");

const definitionOf = (key: string): FlagDefinition => {
  return { key, description: "", default: false, salt: null, bucketing: "murmur3", env: null };
};

const { enabled, shadow, dualRun, reverseShadow } = sampleRoute.flags;
const sampleDefinitions = [enabled, shadow, dualRun, reverseShadow].map(definitionOf);

/** A flag as the environment could say it. */
export function sampleFlag(changes: Partial<Flag> = {}): Flag {
  return { ...unsetFlag(definitionOf("CANONICAL"), "environment"), ...changes };
}

/** The audit kept in memory, newest first, each entry with the hash of the one before. */
function createSampleAudit(isUp: () => void) {
  const entries: AuditEntry[] = [];
  return {
    entries,
    record({ actor, reason }: WriteRequest, { action, subject, ...edited }: Edited, version: number): void {
      const tell = (value: Edited["before"]) => (typeof value === "object" && value !== null ? { ...value } : value);
      const entry = {
        seq: entries.length + 1,
        at: new Date(sampleNow + 1000 * entries.length).toISOString(),
        actor,
        action,
        subject,
        before: tell(edited.before),
        after: tell(edited.after),
        reason,
        version,
        environment: "test",
        previous: entries[0]?.hash ?? "",
      };
      entries.unshift({ ...entry, hash: createHash("sha256").update(JSON.stringify(entry)).digest("hex") });
    },
    deps: {
      async audit({ subject, actor, action, from = "", to = "9", beforeSeq = Infinity, limit }) {
        isUp();
        const asked = (entry: AuditEntry): boolean =>
          (subject === undefined || entry.subject === subject) &&
          (actor === undefined || entry.actor.name === actor) &&
          (action === undefined || entry.action === action) &&
          entry.at >= from &&
          entry.at <= to &&
          entry.seq < beforeSeq;
        return entries.filter(asked).slice(0, limit);
      },
      async checkAudit() {
        isUp();
        return { entries: entries.length, brokenAt: null };
      },
    } satisfies Partial<AdminDeps>,
  };
}

const unpack: (bytes: Uint8Array) => readonly Edit[] = deserialize;

interface Held {
  readonly state: FlagState;
  readonly version: number;
}

function conflictOf(
  { expect: { version: wanted, flags = {}, documents = {} } }: WriteRequest,
  held: Held,
): Extract<PreviewAnswer, { kind: "conflict" }> | null {
  if (wanted !== undefined && wanted !== held.version) {
    return { kind: "conflict", subject: null, expected: wanted, actual: held.version };
  }
  for (const [subject, expected] of Object.entries(flags)) {
    const actual = held.state.flags.get(subject)?.version ?? 0;
    if (actual !== expected) return { kind: "conflict", subject, expected, actual };
  }
  for (const [subject, expected] of Object.entries(documents)) {
    const actual = [...held.state.documents.values()].find(({ id }) => id === subject)?.version ?? 0;
    if (actual !== expected) return { kind: "conflict", subject, expected, actual };
  }
  return null;
}

function countedLists({ subject, members }: Pick<Edited, "subject" | "members">): AdminEdited {
  const lists = members.map(({ list, added, removed }) => ({ list, added: added.length, removed: removed.length }));
  return { subject, lists };
}

function previewOf(answer: WritePreview, version: number): AdminPreview {
  if (answer.kind !== "change") return answer.kind === "unchanged" ? { ...answer, version } : answer;
  const edited = answer.edited.map((one) => ({ ...countedLists(one), before: one.before, after: one.after }));
  return { ...answer, edited, version };
}

const samplePlan = { definitions: sampleDefinitions, routes: [sampleRoute.flags], mayReverse: () => false };

function contextOf(asked: WriteRequest, environment: readonly Flag[], version: number): PlanContext {
  const at = new Date(sampleNow).toISOString();
  return { ...samplePlan, environment, version, at, ...asked, by: asked.actor.name };
}

/** Flags kept in memory: what the registry does, with a store that fails when told to. */
export function createSampleFlags(environment: readonly Flag[] = [], forceOff: readonly string[] = []) {
  let held: Held = { state: emptyFlagState, version: 0 };
  let killed = false;
  let store: StoreView = {
    kind: "sqlite",
    up: true,
    confirmedAt: sampleNow,
    writable: true,
    problem: null,
    unreadable: [],
    unkept: null,
  };
  const kills: KillOrder[] = [];
  const past: FlagsInForce[] = [];
  const listeners = new Set<(version: number) => void>();
  const audit = createSampleAudit(() => {
    if (!store.up) throw new Error(store.problem ?? "no store");
  });
  const inForce = (): FlagsInForce => {
    const { state, version } = held;
    const layers = [
      { source: "sqlite", flags: [...state.flags.values()] },
      { source: "env", flags: environment.map((flag) => withLists(flag, (members) => ShopperTable.of(members))) },
    ] as const;
    const entries = resolveFlags(layers, sampleDefinitions);
    const flags = entries.map(({ flag, source }) => compileFlag(flag, source, state.audiences));
    const snapshot = createSnapshot({
      version,
      killed,
      source: "sqlite",
      forceOff,
      flags,
      routes: [sampleRoute.flags],
    });
    return { snapshot, state, entries, store };
  };
  const preview: AdminDeps["preview"] = async ({ edits: given, ...rest }) => {
    const edits = given instanceof Uint8Array ? unpack(given) : given;
    const asked = { ...rest, edits };
    const conflict = conflictOf(asked, held);
    if (conflict !== null) return conflict;
    return previewOf(previewWrite(held.state, edits, contextOf(asked, environment, held.version + 1)), held.version);
  };
  const planned = async (asked: WriteRequest): Promise<WriteAnswer> => {
    if (!store.up) return { kind: "unavailable", why: store.problem ?? "no store" };
    const conflict = conflictOf(asked, held);
    if (conflict !== null) return conflict;
    const version = held.version + 1;
    const plan = planWrite(held.state, asked.edits, contextOf(asked, environment, held.version + 1));
    if (plan.kind === "unchanged") return { kind: "unchanged", version: held.version };
    if (plan.kind !== "change") return plan;
    past.push(inForce());
    held = { state: plan.next, version };
    for (const edited of plan.edited) audit.record(asked, edited, version);
    for (const listener of listeners) listener(version);
    return { kind: "written", version, edited: plan.edited };
  };
  const write = async ({ edits: given, ...rest }: AdminWrite): Promise<AdminWriteAnswer> => {
    const edits = given instanceof Uint8Array ? unpack(given) : given;
    const answer = await planned({ ...rest, edits });
    if (answer.kind !== "written") return answer;
    return { ...answer, edited: answer.edited.map(countedLists) };
  };
  const aliases = new Map([["business-events", "CANONICAL"]]);
  return {
    kills,
    audit: audit.entries,
    /** The store stops answering. */
    lose(problem: string): void {
      store = { ...store, up: false, problem };
    },
    /** The store answers, with less than it should. */
    ail(changes: Pick<StoreView, "writable" | "problem" | "unreadable">): void {
      store = { ...store, ...changes };
    },
    deps: {
      ...audit.deps,
      flags: (wanted?: number) =>
        wanted === undefined || wanted === held.version
          ? inForce()
          : (past.findLast(({ snapshot }) => snapshot.version === wanted) ?? null),
      keyOf: (name) => aliases.get(name) ?? name,
      aliases,
      write,
      preview,
      killed: () => killed,
      async kill(order) {
        const was = killed;
        kills.push(order);
        ({ killed } = order);
        return { was, killed, shared: store.up, why: store.up ? null : "The store does not answer" };
      },
      onFlags(listener, signal) {
        listeners.add(listener);
        signal.addEventListener("abort", () => listeners.delete(listener));
      },
    } satisfies Partial<AdminDeps>,
  };
}
