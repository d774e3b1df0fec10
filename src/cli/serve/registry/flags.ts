import {
  ShopperTable,
  compileFlag,
  createSnapshot,
  resolveFlags,
  withLists,
  type FlagLayer,
  type FlagOf,
  type Snapshot,
} from "../../../flags/index.ts";
import type { StoreView } from "../../../registry/index.ts";
import type { Config } from "../../config/index.ts";
import type { SharedEntry, SharedFlags } from "../threads/messages.ts";

/** What is in force of every flag that is known, of a store or none: its word, else the environment's, else the default. */
export function entriesIn({ environmentFlags, flags }: Config): (stored: FlagLayer | null) => SharedFlags["entries"] {
  const environment: FlagLayer = {
    source: "env",
    flags: environmentFlags.map((flag) => withLists(flag, (members) => ShopperTable.of(members))),
  };
  return (stored) =>
    resolveFlags(stored === null ? [environment] : [stored, environment], flags).map(({ flag, ...rest }) => ({
      ...rest,
      flag: shared(flag),
    }));
}

export function shared(flag: FlagOf<ShopperTable>): SharedEntry["flag"] {
  return withLists(flag, (table) => table.shared());
}

/** Before the registry has spoken, a kill may be in force that nobody here knows of yet: legacy answers. */
export function unknownYet(config: Config): SharedFlags {
  const store: StoreView = {
    kind: config.redisUrl === null ? "sqlite" : "redis",
    up: false,
    writable: true,
    unreadable: [],
    unkept: null,
    confirmedAt: null,
    problem: "the registry has not answered yet",
  };
  return {
    version: 0,
    source: "env",
    killed: true,
    killedHere: false,
    localKill: null,
    entries: entriesIn(config)(null),
    stored: [],
    audiences: [],
    scopes: new Map(),
    store,
  };
}

/** `SOMBRA_FORCE_LEGACY` is a kill of one process that nobody can undo while it runs. */
export function snapshotOf(
  { forceLegacy, forceOff, routes }: Config,
  flags: SharedFlags,
  held: readonly string[] = [],
): Snapshot {
  const audiences = new Map(flags.audiences.map(([name, table]) => [name, ShopperTable.from(table)]));
  return createSnapshot({
    version: flags.version,
    killed: flags.killed || forceLegacy,
    source: flags.source,
    forceOff,
    held,
    flags: flags.entries.map(({ flag, source }) =>
      compileFlag(
        withLists(flag, (table) => ShopperTable.from(table)),
        source,
        audiences,
      ),
    ),
    routes: routes.map((route) => route.flags),
    scopes: flags.scopes,
  });
}
