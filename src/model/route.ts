import type { Profile } from "./item.ts";

/** The flag keys a route asks, one bucket per shopper for all four (SPEC 2). */
export interface RouteFlags {
  readonly enabled: string;
  readonly shadow: string;
  readonly dualRun: string;
  readonly reverseShadow: string;
}

/** Where a side lives and how it is called. */
export interface Upstream {
  /** Origin and base path; no trailing slash in the path. */
  readonly url: URL;
  /** 0: no limit. */
  readonly timeoutMs: number;
  /** Idle connections are reused for this long at most; 0: every call has a connection of its own. */
  readonly keepAliveMs: number;
}

/** A second legacy instance, to learn legacy's own noise. */
export interface Twin extends Upstream {
  /** Of mirrored items, by shopper: 0 to 1. */
  readonly share: number;
}

/** Limits of the shadow side of a route. */
export interface ShadowLimits {
  readonly concurrency: number;
  readonly queueItems: number;
  readonly queueBytes: number;
  readonly breaker: { readonly failures: number; readonly openMs: number };
}

export interface CompareRules {
  /** Header names compared, lower case. */
  readonly headers: readonly string[];
  /** The provider shows the shopper what it is answered as plain text: Twilio does. */
  readonly textReplies?: boolean;
}

/** How values of divergences are kept: redacted, and not for long. */
export interface ValuesKept {
  /** RE2 patterns of what is not to be kept, beside what never is. */
  readonly redact: readonly string[];
  readonly retentionDays: number;
}

export interface RouteCompare extends CompareRules {
  /** null: none are. */
  readonly values: ValuesKept | null;
}

/** How the sides say which version of them it was: in a field (lower case) of each answer, or they are as named here. */
export type SideVersions = { readonly header: string } | { readonly legacy: string; readonly candidate: string };

/** A route as the data plane uses it: everything resolved once, at start. */
export interface Route {
  readonly name: string;
  /** Path prefix; `/` matches everything. */
  readonly path: string;
  readonly profile: Profile;
  readonly legacy: Upstream;
  readonly candidate: Upstream | null;
  readonly twin: Twin | null;
  readonly flags: RouteFlags;
  readonly maxBodyBytes: number;
  readonly shadow: ShadowLimits;
  /** What becomes of a delivery that cannot be cut into what each side is to get. */
  readonly mixedBatch: "skip" | "whole";
  readonly fallback: "unreachable" | "never";
  readonly handshake: "legacy" | "candidate";
  readonly preserveHost: boolean;
  /** Give legacy the `x-sombra-` fields too. */
  readonly legacyHeaders: boolean;
  readonly compare: RouteCompare;
  /** null: they do not say. */
  readonly versions: SideVersions | null;
  /** How long what the sides do outside is waited for after their answers. */
  readonly settle: { readonly quietMs: number; readonly maxMs: number };
}
