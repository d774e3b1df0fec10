import type { Book } from "../account/index.ts";
import type { RouteFlags } from "../model/index.ts";

/** A flag as SPEC 3 writes it. Lists name shoppers: personal data, for the flag calls only. */
export interface FlagShape {
  readonly key: string;
  readonly description: string;
  readonly enabled: boolean | null;
  readonly percent: number | null;
  readonly allowlist: readonly string[] | null;
  readonly denylist: readonly string[];
  readonly forceOn: readonly string[];
  readonly audience: string | null;
  readonly default: boolean;
  readonly salt: string | null;
  readonly bucketing: string;
  readonly settings: object;
  readonly version: number;
  readonly updatedAt: string | null;
  readonly updatedBy: string;
}

export interface FlagEntry {
  readonly flag: FlagShape;
  /** Who has the say: `redis`, `sqlite`, `snapshot`, `env` or `code`. */
  readonly source: string;
}

/** A decision in the shape of SPEC 5, without the key. */
export interface FlagAnswer {
  readonly enabled: boolean;
  readonly reason: string;
  readonly bucket: number | null;
  readonly version: number;
  readonly source: string;
  readonly settings: object;
}

/** A route as it is shown: what is in front of whom, and what its flags say of a shopper that no list names. */
export interface RouteEntry {
  readonly name: string;
  readonly path: string;
  readonly profile: string;
  readonly legacy: string;
  readonly candidate: string | null;
  readonly flags: RouteFlags;
  readonly mode: string;
}

export interface Access {
  /** null: no token is asked; for listeners on loopback only. */
  readonly token: string | null;
  /** Names besides those of loopback that `Host` may bear, without port. */
  readonly hosts: readonly string[];
}

export interface AdminDeps {
  readonly book: Pick<Book, "ledger" | "groups" | "group" | "exchange" | "recent" | "quantile">;
  /** Asks the data plane for its newest batch; resolves once it is in the book, or without it where that takes too long. */
  flush(): Promise<void>;
  flags(): readonly FlagEntry[];
  /** null: there is no such flag. */
  decide(key: string, shopper: string | null): FlagAnswer | null;
  killed(): boolean;
  /** Resolves once the data plane has done it, or did not answer in time: `killed` tells. */
  kill(killed: boolean, actor: string): Promise<void>;
  routes(): readonly RouteEntry[];
  /** What does not work as it should, in sentences. Nothing personal: anybody may read it. */
  degraded(): readonly string[];
  renderMetrics(): string;
  readonly access: Access;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly version: string;
  /** Told of faults inside a call, which was answered with 500. */
  readonly fault?: (error: unknown) => void;
}
