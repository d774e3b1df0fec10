import { resolve } from "node:path";

import type { Environment } from "../../flags/index.ts";
import { providers } from "../../whatsapp/index.ts";
import {
  checkAccess,
  checkMemory,
  checkNames,
  checkPlanes,
  checkProfiles,
  checkSides,
  noteUnheldSends,
} from "./checks.ts";
import type { Planes } from "./checks.ts";
import { readEgress } from "./egress.ts";
import { readVariables } from "./env.ts";
import type { Variables } from "./env.ts";
import { ConfigError } from "./errors.ts";
import type { Findings } from "./errors.ts";
import { readSettingsFile } from "./file.ts";
import type { ReadFile, SettingsFile } from "./file.ts";
import { defineFlags, readFlags, reverseShadowOn } from "./flags.ts";
import { originsOf } from "./origins.ts";
import { resolveRoutes } from "./routes.ts";
import { quote } from "./say.ts";
import { readNotifications } from "./notifications.ts";
import { readRules } from "./rules.ts";
import { readTokens } from "./tokens.ts";
import type { Config, ProfileName } from "./types.ts";

/** A shorter key can be found by trying, and with it every number that was hashed. */
const STRONG_KEY_CHARACTERS = 16;

export interface ConfigSources {
  readonly env: Environment;
  /** Bytes of the file at an absolute path; throws what `fs.readFileSync` throws. */
  readonly readFile: ReadFile;
  /** Permission bits of the file at an absolute path; throws what `fs.statSync` throws. */
  readonly modeOf: (path: string) => number;
  /** Relative paths start here. */
  readonly cwd: string;
}

/** What Sombra is told by the environment and by the file. Throws one `ConfigError` that names everything wrong. */
export function loadConfig({ env, readFile, modeOf, cwd }: ConfigSources): Config {
  const findings: Findings = { problems: [], warnings: [] };
  const variables = readVariables(env, findings);
  const planes = listeners(variables);
  checkPlanes(planes, findings);
  const file = readSettingsFile({ readFile, cwd, named: variables.SOMBRA_CONFIG }, findings);
  if (file === null) {
    throw new ConfigError(findings.problems);
  }
  const access = readTokens({ variables, file, readFile, modeOf, cwd }, findings);
  if (access !== null) checkAccess({ ...planes.admin, ...access }, findings);
  const placed = resolveRoutes({ variables, file, readFile, findings });
  const egress = readEgress({ env, variables, file, planes }, findings);
  checkNames(placed, findings);
  checkProfiles(placed, findings);
  checkSides(placed, planes, findings);
  checkMemory(placed, file.settings.memory.bodyBytes, findings);
  const flags = defineFlags(placed, file, findings);
  const rules = readRules(file, placed, findings);
  const notifications = readNotifications({ env, file, readFile }, findings);
  const fromEnv = readFlags({ env, definitions: flags, placed }, findings);
  if (findings.problems.length > 0 || access === null) {
    throw new ConfigError(findings.problems);
  }
  // Longest path first.
  const primary = (placed.find(({ route }) => route.name === "default") ?? placed[0])?.route.name ?? "default";
  const routes = placed.map(({ route }) => route).toSorted((a, b) => b.path.length - a.path.length);
  warn(variables, routes, findings);
  noteUnheldSends(placed, findings);
  return {
    ...settingsOf(variables, file),
    data: planes.data,
    admin: { ...planes.admin, ...access },
    egress: {
      ...planes.egress,
      ...egress,
      simulated: routes.some(({ profile }) => profile === "simulated"),
    },
    dataDir: resolve(cwd, variables.SOMBRA_DATA_DIR ?? "data"),
    primary,
    routes,
    flags,
    rules,
    notifications,
    environmentFlags: fromEnv.flags,
    forceOff: fromEnv.forceOff,
    reverseShadow: reverseShadowOn({ env, definitions: flags, placed }, file),
    warnings: findings.warnings,
    ...originsOf(variables, file, placed),
  };
}

function listeners(variables: Variables): Planes {
  return {
    data: { host: variables.SOMBRA_HOST ?? "0.0.0.0", port: variables.SOMBRA_PORT ?? 8080 },
    admin: { host: variables.SOMBRA_ADMIN_HOST ?? "127.0.0.1", port: variables.SOMBRA_ADMIN_PORT ?? 8081 },
    egress: { host: variables.SOMBRA_EGRESS_HOST ?? "127.0.0.1", port: variables.SOMBRA_EGRESS_PORT ?? 8082 },
  };
}

function settingsOf(variables: Variables, { name, settings }: SettingsFile) {
  const appSecrets = variables.SOMBRA_APP_SECRET ?? [];
  return {
    file: name,
    environment: variables.SOMBRA_ENVIRONMENT ?? settings.environment,
    appSecrets: { legacy: appSecrets, candidate: variables.SOMBRA_CANDIDATE_APP_SECRET ?? appSecrets },
    redisUrl: variables.SOMBRA_REDIS_URL ?? null,
    hashKey: variables.SOMBRA_HASH_KEY?.join(",") ?? null,
    log: {
      level: variables.SOMBRA_LOG_LEVEL ?? settings.log.level,
      shopper: variables.SOMBRA_LOG_SHOPPER ?? settings.log.shopper,
    },
    forceLegacy: variables.SOMBRA_FORCE_LEGACY ?? false,
    sampleCompared: settings.telemetry.sampleCompared,
    traceUrl: settings.telemetry.traceUrl,
    bodyBytes: settings.memory.bodyBytes,
    graceMs: settings.graceMs,
    drainMs: settings.drainMs,
  } satisfies Partial<Config>;
}

/** Whether deliveries of this shape bear a signature that can be checked. */
function isSigned(profile: ProfileName): boolean {
  return profile !== "http" && providers[profile].signature !== undefined;
}

function warn(variables: Variables, routes: Config["routes"], { warnings }: Findings): void {
  const signed = routes.filter(({ profile }) => isSigned(profile)).map(({ name }) => quote(name));
  if (variables.SOMBRA_APP_SECRET === undefined && signed.length > 0) {
    warnings.push(`SOMBRA_APP_SECRET is not set: deliveries are not checked (routes: ${signed.join(", ")})`);
    if (variables.SOMBRA_CANDIDATE_APP_SECRET !== undefined) {
      warnings.push("SOMBRA_CANDIDATE_APP_SECRET has no effect: what is not checked is not signed anew");
    }
  }
  const [key] = variables.SOMBRA_HASH_KEY ?? [];
  if (key !== undefined && key.length < STRONG_KEY_CHARACTERS) {
    warnings.push(
      `SOMBRA_HASH_KEY is short: hashes of phone numbers are safe with ${STRONG_KEY_CHARACTERS} random characters`,
    );
  }
}
