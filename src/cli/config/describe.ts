import type { Extractor } from "../../identify/index.ts";
import { parseRedisUrl, redisName } from "../../lib/redis-url.ts";
import type { Config, EgressUpstream, Origin, RouteConfig, ShopperConfig } from "./types.ts";

/** A setting as a person reads it. */
export interface Setting {
  /** The variable where there is one, else the option of the file, its route by name. */
  readonly name: string;
  /** Secrets are `set` or `not set`. */
  readonly value: string;
  readonly from: Origin | "default";
}

type Row = readonly [name: string, value: string | number | boolean | null];

/** Every setting in force and where it was given. Shows nothing secret or personal. */
export function describe(config: Config): readonly Setting[] {
  const rows = [
    ...ofPlanes(config),
    ...ofProcess(config),
    ...ofTiming(config.routes),
    ...ofNotifications(config.notifications),
    ...config.routes.flatMap(ofRoute),
  ];
  return rows.map(([name, value]) => ({
    name,
    value: String(value ?? "none"),
    from: config.origins[name] ?? "default",
  }));
}

function ofPlanes({ data, admin, egress, origins }: Config): readonly Row[] {
  const token = origins["SOMBRA_ADMIN_TOKEN"] !== undefined;
  return [
    ["SOMBRA_HOST", data.host],
    ["SOMBRA_PORT", data.port],
    ["SOMBRA_ADMIN_HOST", admin.host],
    ["SOMBRA_ADMIN_PORT", admin.port],
    ["SOMBRA_ADMIN_TOKEN", presence(token)],
    ["SOMBRA_ADMIN_TOKENS", tokensText(admin, token)],
    ["SOMBRA_EGRESS_HOST", egress.host],
    ["SOMBRA_EGRESS_PORT", egress.port],
    ["SOMBRA_GRAPH_URL", egress.simulated ? `${egress.graphUrl} (not called: simulated)` : egress.graphUrl],
    ...egress.upstreams.flatMap(ofUpstream),
    ["egress.rules", egress.rules.length || null],
  ];
}

function ofUpstream({ name, url, reads, authorization, timeoutMs }: EgressUpstream): readonly Row[] {
  const option = name === "graph" ? "egress.graph" : `egress.upstreams.${name}`;
  return [
    ...(name === "graph" ? [] : [[`${option}.url`, url] as const]),
    [`${option}.reads`, reads],
    [`${option}.authorization`, presence(authorization !== null)],
    [`${option}.timeoutMs`, timeoutMs],
  ];
}

function ofProcess(config: Config): readonly Row[] {
  return [
    ["SOMBRA_CONFIG", config.file],
    ["SOMBRA_DATA_DIR", config.dataDir],
    ["SOMBRA_REDIS_URL", redisText(config.redisUrl)],
    ["SOMBRA_ENVIRONMENT", config.environment],
    ["SOMBRA_APP_SECRET", presence(config.appSecrets.legacy.length > 0)],
    ["SOMBRA_CANDIDATE_APP_SECRET", presence(config.appSecrets.candidate.length > 0)],
    ["SOMBRA_HASH_KEY", presence(config.hashKey !== null)],
    ["SOMBRA_LOG_LEVEL", config.log.level],
    ["SOMBRA_LOG_SHOPPER", config.log.shopper],
    ["SOMBRA_FORCE_LEGACY", config.forceLegacy],
    ["SOMBRA_FORCE_OFF", config.forceOff.join(", ") || null],
    ["telemetry.sampleCompared", config.sampleCompared],
    ["telemetry.traceUrl", config.traceUrl],
    ["memory.bodyBytes", config.bodyBytes],
    ["graceMs", config.graceMs],
    ["drainMs", config.drainMs],
    ["rules", config.rules.length || null],
  ];
}

function ofNotifications({ publicUrl, atMinutes, timeZone, channels }: Config["notifications"]): readonly Row[] {
  const at = [Math.floor(atMinutes / 60), atMinutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
  const kinds = channels.map((channel) => {
    const kind = (["slack", "webhook", "email"] as const).find((one) => channel[one] !== null);
    return `${channel.name} (${kind})`;
  });
  return [
    ["notifications.publicUrl", publicUrl],
    ["notifications.dailyAt", at],
    ["notifications.timeZone", timeZone],
    ["notifications.channels", kinds.join(", ") || null],
  ];
}

/** The file gives these once for all routes; without a candidate some have nothing to apply to. */
function ofTiming(routes: readonly RouteConfig[]): readonly Row[] {
  const [first] = routes;
  const { candidate, shadow } = routes.find((route) => route.candidate !== null) ?? { candidate: null, shadow: null };
  return [
    ["legacy.timeoutMs", first?.legacy.timeoutMs ?? null],
    ["legacy.keepAliveMs", first?.legacy.keepAliveMs ?? null],
    ["candidate.timeoutMs", candidate?.timeoutMs ?? null],
    ["candidate.keepAliveMs", candidate?.keepAliveMs ?? null],
    ["candidate.concurrency", shadow?.concurrency ?? null],
    ["candidate.queueItems", shadow?.queueItems ?? null],
    ["candidate.queueBytes", shadow?.queueBytes ?? null],
    ["candidate.breaker.failures", shadow?.breaker.failures ?? null],
    ["candidate.breaker.openMs", shadow?.breaker.openMs ?? null],
  ];
}

function ofRoute(route: RouteConfig): readonly Row[] {
  const rows: readonly Row[] = [
    ["match.path", route.path],
    ["profile", route.profile],
    ["legacy", route.legacy.url],
    ["candidate", route.candidate?.url ?? null],
    ["twin", route.twin?.url ?? null],
    ["twinShare", route.twin?.share ?? null],
    ["flags.enabled", route.flags.enabled],
    ["flags.shadow", route.flags.shadow],
    ["flags.dualRun", route.flags.dualRun],
    ["flags.reverseShadow", route.flags.reverseShadow],
    ["maxBodyBytes", route.maxBodyBytes],
    ["fallback", route.fallback],
    ["mixedBatch", route.mixedBatch],
    ["settle.quietMs", route.settle.quietMs],
    ["settle.maxMs", route.settle.maxMs],
    ["handshake", route.handshake],
    ["preserveHost", route.preserveHost],
    ["publicUrl", route.address.publicUrl],
    ["trustForwarded", route.address.trustForwarded],
    ["legacyHeaders", route.legacyHeaders],
    ["shopper", shopperText(route.shopper)],
    ["compare.headers", route.compare.headers.join(", ") || null],
    ["compare.values", valuesText(route.compare)],
    ["versions", versionsText(route)],
  ];
  return rows.map(([name, value]) => [`routes.${route.name}.${name}`, value]);
}

/** The token of SOMBRA_ADMIN_TOKEN, which comes first, is none of the file's. */
function tokensText({ tokens, tokensFile }: Config["admin"], ofVariable: boolean): string | null {
  const own = tokens.slice(Number(ofVariable)).map(({ name, roles }) => `${name}: ${roles.join(" ")}`);
  return tokensFile && `${tokensFile} (${own.join(", ")})`;
}

function valuesText({ values }: RouteConfig["compare"]): string | null {
  return values && `kept ${values.retentionDays} days, redacted by ${values.redact.length} patterns of its own`;
}

function versionsText({ versions }: RouteConfig): string | null {
  if (versions === null) return null;
  return "header" in versions
    ? `header:${versions.header}`
    : `legacy ${versions.legacy}, candidate ${versions.candidate}`;
}

/** Without user and password. */
function redisText(redisUrl: string | null): string | null {
  const parsed = redisUrl === null ? null : parseRedisUrl(redisUrl);
  return parsed?.ok === true ? redisName(parsed.target) : null;
}

function presence(given: boolean): string {
  return given ? "set" : "not set";
}

/** The ids of the alias table are personal. */
function shopperText({ from, aliases }: ShopperConfig): string | null {
  const places = from.map(extractorText);
  return [...places, ...(aliases.size > 0 ? [`aliases: ${aliases.size}`] : [])].join(", ") || null;
}

function extractorText(extractor: Extractor): string {
  switch (extractor.kind) {
    case "profile":
      return "whatsapp";
    case "header":
    case "query":
      return `${extractor.kind}:${extractor.name}`;
    case "path":
      return `path:${extractor.segment}`;
    case "json":
      return `json:${extractor.tokens.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")}`;
  }
}
