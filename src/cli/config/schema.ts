import { z } from "zod";

import type { SideVersions } from "../../model/index.ts";
import { providerNames } from "../../whatsapp/index.ts";
import { egressSchema } from "./egress-schema.ts";
import {
  envPrefix,
  extractor,
  filePath,
  flagKey,
  headerName,
  httpUrl,
  label,
  listOf,
  options,
  pathPrefix,
  routeName,
  salt,
  section,
  sentence,
  share,
  traceAddress,
  version,
  whole,
  word,
  yesNo,
} from "./fields.ts";
import { notificationsSchema } from "./notifications-schema.ts";
import { pattern, ruleSchema } from "./rules-schema.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export const LOG_SHOPPER = ["hash", "plain"] as const;

/** Options of the contract whose feature comes later: better refused than accepted without effect. */
export const NOT_YET: ReadonlySet<string> = new Set(["settle", "plans"]);

/** 0: a connection for each call. */
const keepAliveMs = whole(0, 10 * MINUTE_MS).default(SECOND_MS);

const shopper = z.preprocess(
  (value) => (Array.isArray(value) ? { from: value } : (value ?? {})),
  options({
    from: listOf(extractor).optional(),
    aliases: z.preprocess((value) => value ?? {}, z.record(z.string(), z.string("text in quotes"), "a map")),
    aliasFile: filePath.optional(),
  }),
);

const versions = options({
  header: headerName.nullable().default(null),
  legacy: version.nullable().default(null),
  candidate: version.nullable().default(null),
}).transform(({ header, legacy, candidate }, context): SideVersions => {
  const isFixed = legacy !== null && candidate !== null;
  if (header !== null && legacy === null && candidate === null) return { header };
  if (header === null && isFixed) return { legacy, candidate };
  context.addIssue("a map with header, or with legacy and candidate");
  return z.NEVER;
});

const route = options({
  name: routeName.optional(),
  match: section({ path: pathPrefix.default("/") }),
  profile: word([...providerNames, "http"]).optional(),
  legacy: httpUrl.optional(),
  candidate: httpUrl.nullish(),
  twin: httpUrl.nullish(),
  twinShare: share.default(0.1),
  flags: section({
    enabled: flagKey.optional(),
    shadow: flagKey.optional(),
    dualRun: flagKey.optional(),
    reverseShadow: flagKey.optional(),
  }),
  /** WhatsApp deliveries reach 3 MB. */
  maxBodyBytes: whole(1, GIB).default(4 * MIB),
  fallback: word(["unreachable", "never"]).default("unreachable"),
  mixedBatch: word(["skip", "whole"]).default("skip"),
  handshake: word(["legacy", "candidate"]).default("legacy"),
  preserveHost: yesNo.default(false),
  publicUrl: httpUrl.nullable().default(null),
  trustForwarded: yesNo.default(false),
  legacyHeaders: yesNo.default(false),
  shopper,
  settle: section({
    quietMs: whole(0, MINUTE_MS).default(SECOND_MS),
    maxMs: whole(0, 10 * MINUTE_MS).default(30 * SECOND_MS),
  }),
  compare: section({
    headers: listOf(headerName).default(["content-type", "location"]),
    values: options({
      redact: listOf(pattern).default([]),
      retentionDays: whole(1, 7).default(7),
    })
      .nullable()
      .default(null),
  }),
  versions: versions.nullable().default(null),
});

const flag = options({
  key: flagKey,
  description: sentence.default(""),
  env: envPrefix.nullable().default(null),
  alias: routeName.nullable().default(null),
  default: yesNo.default(false),
  salt: salt.nullable().default(null),
  bucketing: word(["murmur3", "md5"]).default("murmur3"),
});

/** The file, with the default of everything it leaves out. A map without members counts as left out. */
export const fileSchema = options({
  environment: label.default("production"),
  graceMs: whole(0, HOUR_MS).default(20 * SECOND_MS),
  drainMs: whole(0, 10 * MINUTE_MS).default(10 * SECOND_MS),
  log: section({ level: word(LOG_LEVELS).default("info"), shopper: word(LOG_SHOPPER).default("hash") }),
  telemetry: section({ sampleCompared: share.default(0), traceUrl: traceAddress.nullable().default(null) }),
  memory: section({ bodyBytes: whole(1, 64 * GIB).default(256 * MIB) }),
  /** `tokens`: a file. */
  admin: section({ tokens: filePath.nullable().default(null) }),
  egress: egressSchema,
  /** Time limit 0: we wait as long as the client does. */
  legacy: section({ timeoutMs: whole(0, 24 * HOUR_MS).default(0), keepAliveMs }),
  candidate: section({
    timeoutMs: whole(1, 24 * HOUR_MS).default(10 * SECOND_MS),
    keepAliveMs,
    concurrency: whole(1, 10_000).default(64),
    queueItems: whole(0, 1_000_000).default(1_000),
    queueBytes: whole(0, 64 * GIB).default(64 * MIB),
    breaker: section({
      failures: whole(1, 1_000_000).default(10),
      openMs: whole(1, HOUR_MS).default(5 * SECOND_MS),
    }),
  }),
  routes: z.preprocess((value) => value ?? [{}], listOf(route).min(1, "a list of at least one route")),
  flags: z.preprocess((value) => value ?? [], listOf(flag)),
  rules: z.preprocess((value) => value ?? [], listOf(ruleSchema)),
  notifications: notificationsSchema,
});

export type FileSettings = z.output<typeof fileSchema>;
export type FileRoute = z.output<typeof route>;
export type FileUpstream = FileSettings["egress"]["upstreams"][string];
export type FileRule = FileSettings["egress"]["rules"][number];
