import type { EvidenceScope, RouteFlags } from "../model/index.ts";
import type { CompiledFlag, FlagSource } from "./compile.ts";
import { flagRoles, type FlagRole } from "./roles.ts";

/** Every flag as it is at one moment. Immutable: a change is another snapshot. */
export interface Snapshot {
  readonly version: number;
  /** The kill switch: every decision is off. */
  readonly killed: boolean;
  /** Where the version comes from; each flag names its own source. */
  readonly source: FlagSource;
  /** `SOMBRA_FORCE_OFF`, and what is held. Without effect on shadow and dual-run flags. */
  readonly forceOff: ReadonlySet<string>;
  /** Those of `forceOff` that this instance holds off by itself, after a local trip. */
  readonly held: ReadonlySet<string>;
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  /** Flags that are not here stand alone: off in doubt, in a bucket of their own. */
  readonly roles: ReadonlyMap<string, FlagRole>;
  /** What items that are decided by it are evidence for, by route. */
  readonly scopes: ReadonlyMap<string, EvidenceScope>;
}

export interface SnapshotParts {
  readonly version: number;
  readonly killed: boolean;
  readonly source: FlagSource;
  readonly forceOff: Iterable<string>;
  readonly held?: readonly string[];
  /** One of each key. */
  readonly flags: Iterable<CompiledFlag>;
  readonly routes: readonly RouteFlags[];
  readonly scopes?: ReadonlyMap<string, EvidenceScope>;
}

export function createSnapshot({
  version,
  killed,
  source,
  forceOff,
  held = [],
  flags,
  routes,
  scopes = new Map(),
}: SnapshotParts): Snapshot {
  const byKey = new Map<string, CompiledFlag>();
  for (const flag of flags) byKey.set(flag.key, flag);
  return Object.freeze({
    version,
    killed,
    source,
    forceOff: new Set([...forceOff, ...held]),
    held: new Set(held),
    flags: byKey,
    roles: flagRoles(routes),
    scopes,
  });
}
