import type { Token } from "../../admin/index.ts";
import type { EgressRule } from "../../effects/index.ts";
import type { Flag, FlagDefinition } from "../../flags/index.ts";
import type { Aliases, AppSecrets, Extractor, PublicAddress } from "../../identify/index.ts";
import type { EmailChannel, WebhookChannel } from "../../notify/index.ts";
import type {
  NoticeEvent,
  NoticeSeverity,
  RouteCompare,
  RouteFlags,
  Rule,
  ShadowLimits,
  SideVersions,
} from "../../model/index.ts";
import type { ProviderName } from "../../whatsapp/index.ts";
import type { Problem } from "./errors.ts";

/** `simulated`: Meta's shape, and the egress answers every call of every side itself. `http`: not WhatsApp. */
export type ProfileName = ProviderName | "http";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export interface Listen {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
}

export interface UpstreamConfig {
  /** Origin and base path, no trailing slash. */
  readonly url: string;
  /** 0: no limit. */
  readonly timeoutMs: number;
  readonly keepAliveMs: number;
}

/** An API outside that the sides may call through the egress. */
export interface TwinConfig extends UpstreamConfig {
  /** Of mirrored items, by shopper, that it is called for: 0 to 1. */
  readonly share: number;
}

export interface EgressUpstream {
  readonly name: string;
  /** Origin and base path, no trailing slash. */
  readonly url: string;
  readonly reads: "hold" | "pass";
  /** A secret. */
  readonly authorization: string | null;
  readonly timeoutMs: number;
}

export interface ShopperConfig {
  /** In order of preference. */
  readonly from: readonly Extractor[];
  /** Extracted id to shopper. Personal data. */
  readonly aliases: Aliases;
}

export interface RouteConfig {
  readonly name: string;
  /** Path prefix on segment boundaries, no trailing slash; `/` matches everything. */
  readonly path: string;
  readonly profile: ProfileName;
  readonly legacy: UpstreamConfig;
  readonly candidate: UpstreamConfig | null;
  /** Called beside both sides for its share of items, and in reverse shadow in legacy's place. */
  readonly twin: TwinConfig | null;
  readonly flags: RouteFlags;
  readonly maxBodyBytes: number;
  readonly shadow: ShadowLimits;
  readonly fallback: "unreachable" | "never";
  readonly settle: { readonly quietMs: number; readonly maxMs: number };
  readonly mixedBatch: "skip" | "whole";
  readonly handshake: "legacy" | "candidate";
  readonly preserveHost: boolean;
  /** What the provider calls, for signatures that cover it. */
  readonly address: PublicAddress;
  readonly legacyHeaders: boolean;
  readonly shopper: ShopperConfig;
  readonly compare: RouteCompare;
  /** null: the sides do not say which version they are. */
  readonly versions: SideVersions | null;
}

/** A flag that is known from the start: as the file defines it, else with nothing said of it. */
export interface NamedFlag extends FlagDefinition {
  /** A second name in addresses of the admin port. */
  readonly alias: string | null;
}

/** A channel has one of `slack`, `webhook` and `email`. All of it but the names is secret. */
export interface ChannelConfig {
  readonly name: string;
  /** null: all. */
  readonly events: readonly NoticeEvent[] | null;
  readonly severity: NoticeSeverity;
  readonly dailyStatus: boolean;
  readonly slack: { readonly url: string } | null;
  readonly webhook: WebhookChannel | null;
  readonly email: EmailChannel | null;
}

export interface NotificationsConfig {
  /** Where people find the dashboard, without a slash at its end. */
  readonly publicUrl: string | null;
  /** When regular messages go out: minutes after midnight in that time zone. */
  readonly atMinutes: number;
  readonly timeZone: string;
  readonly channels: readonly ChannelConfig[];
}

export type Origin = "env" | "file";

/** Everything `sombra serve` is told, as plain data: it can be sent to another thread. */
export interface Config {
  /** The file that was read, as it was named; null: none. */
  readonly file: string | null;
  readonly environment: string;
  readonly data: Listen;
  /** Without tokens everything is allowed, on loopback only. `tokensFile` as it was named; null: none. */
  readonly admin: Listen & { readonly tokens: readonly Token[]; readonly tokensFile: string | null };
  /** `simulated`: no call of any side leaves. `graphUrl`: that of the upstream `graph`. */
  readonly egress: Listen & {
    readonly graphUrl: string;
    readonly simulated: boolean;
    readonly upstreams: readonly EgressUpstream[];
    readonly rules: readonly EgressRule[];
  };
  /** With its password; null: the embedded store. */
  readonly redisUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** Without those of legacy nothing is checked, and nothing signed anew. */
  readonly appSecrets: AppSecrets;
  /** Separated by commas, the one that hashes first; null: made at first start and kept in the data directory. */
  readonly hashKey: string | null;
  readonly log: { readonly level: LogLevel; readonly shopper: "hash" | "plain" };
  /** Of deliveries that may be compared this share is traced, 0 to 1, whatever the standard variables say of the others. */
  readonly sampleCompared: number;
  /** Where people look at a trace, with `{trace_id}` for its id. */
  readonly traceUrl: string | null;
  readonly forceLegacy: boolean;
  /** Keys. */
  readonly forceOff: readonly string[];
  /** What turns a flag of reverse shadow on: wrong where legacy's calls cannot be told apart. */
  readonly reverseShadow: readonly { readonly key: string; readonly problem: Problem }[];
  /** Of all bodies kept aside together, at most. */
  readonly bodyBytes: number;
  /** Time that a stop takes at most for what is in flight or pending. */
  readonly graceMs: number;
  /** Time that pending comparisons get of it when everything is answered. */
  readonly drainMs: number;
  /** Name of the route whose legacy answers what no route matches. */
  readonly primary: string;
  /** Longest path first: the first match is the route. */
  readonly routes: readonly RouteConfig[];
  readonly flags: readonly NamedFlag[];
  readonly rules: readonly Rule[];
  readonly notifications: NotificationsConfig;
  /** Flags of which a variable speaks. Their lists are personal data. */
  readonly environmentFlags: readonly Flag[];
  /** For the start-up log. Nothing secret or personal. */
  readonly warnings: readonly string[];
  /** By the names `describe` uses; what is not here is a default. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** In the file, of what is from there, by the same names. */
  readonly lines: Readonly<Record<string, number>>;
}
