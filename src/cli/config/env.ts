import { z } from "zod";

import type { Environment } from "../../flags/index.ts";
import { providerNames } from "../../whatsapp/index.ts";
import { variable } from "./errors.ts";
import type { Findings } from "./errors.ts";
import {
  bearerToken,
  filePath,
  hostName,
  httpUrl,
  keyList,
  label,
  redisUrl,
  secretList,
  switchText,
  wholeText,
  word,
} from "./fields.ts";
import { showName, showValue, suggestion } from "./say.ts";
import { LOG_LEVELS, LOG_SHOPPER } from "./schema.ts";

const port = wholeText(0, 65_535).optional();

const shape = {
  SOMBRA_LEGACY_URL: httpUrl.optional(),
  SOMBRA_CANDIDATE_URL: httpUrl.optional(),
  SOMBRA_TWIN_URL: httpUrl.optional(),
  SOMBRA_HOST: hostName.optional(),
  SOMBRA_PORT: port,
  SOMBRA_ADMIN_HOST: hostName.optional(),
  SOMBRA_ADMIN_PORT: port,
  SOMBRA_EGRESS_HOST: hostName.optional(),
  SOMBRA_EGRESS_PORT: port,
  SOMBRA_ADMIN_TOKEN: bearerToken.optional(),
  SOMBRA_ADMIN_TOKENS: filePath.optional(),
  SOMBRA_REDIS_URL: redisUrl.optional(),
  SOMBRA_DATA_DIR: filePath.optional(),
  SOMBRA_CONFIG: filePath.optional(),
  SOMBRA_GRAPH_URL: httpUrl.optional(),
  SOMBRA_APP_SECRET: secretList.optional(),
  SOMBRA_CANDIDATE_APP_SECRET: secretList.optional(),
  SOMBRA_HASH_KEY: keyList.optional(),
  SOMBRA_LOG_SHOPPER: word(LOG_SHOPPER).optional(),
  SOMBRA_LOG_LEVEL: word(LOG_LEVELS).optional(),
  SOMBRA_ENVIRONMENT: label.optional(),
  SOMBRA_FORCE_LEGACY: switchText.optional(),
  /** Read with the flags. */
  SOMBRA_FORCE_OFF: z.string().optional(),
  WHATSAPP_PROVIDER: word(providerNames).optional(),
};

const environmentSchema = z.object(shape);

export type Variables = z.output<typeof environmentSchema>;

const SECRET: ReadonlySet<string> = new Set([
  "SOMBRA_ADMIN_TOKEN",
  "SOMBRA_REDIS_URL",
  "SOMBRA_APP_SECRET",
  "SOMBRA_CANDIDATE_APP_SECRET",
  "SOMBRA_HASH_KEY",
]);

/** Read by the other commands. */
const ELSEWHERE: ReadonlySet<string> = new Set(["SOMBRA_ADMIN_URL"]);

/**
 * Kubernetes tells every pod where its services are: one named "sombra" sets SOMBRA_PORT=tcp://10.0.0.1:8080 at the next
 * restart. That is nobody's wish for a port.
 */
const SERVICE_LINK = /^(?:tcp|udp|sctp):\/\//;
const SERVICE_LINK_NAME = /_(?:SERVICE_(?:HOST|PORT)(?:_.+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_.+)?)?)$/;

/** The variables that are set and right; of the others the findings tell. An empty variable counts as not set. */
export function readVariables(env: Environment, findings: Findings): Variables {
  const given: Record<string, string> = {};
  for (const [name, raw] of Object.entries(env)) {
    const value = raw?.trim() ?? "";
    if (value === "") {
      continue;
    }
    if (!Object.hasOwn(shape, name)) {
      noteUnknown(name, findings);
    } else if (SERVICE_LINK.test(value) && SERVICE_LINK_NAME.test(name)) {
      findings.warnings.push(`${name} is ignored: Kubernetes sets it for a service of that name`);
    } else {
      given[name] = value;
    }
  }
  const checked = environmentSchema.safeParse(given);
  if (checked.success) {
    return checked.data;
  }
  for (const { path, message } of checked.error.issues) {
    const name = String(path[0]);
    const is = SECRET.has(name) ? "is set (not shown)" : showValue(given[name]);
    findings.problems.push({ place: variable(name), text: `${is}, must be ${message}` });
  }
  const wrong = new Set(checked.error.issues.map(({ path }) => path[0]));
  return environmentSchema.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name))));
}

/** A warning, no error: the environment is not ours alone. */
function noteUnknown(name: string, { warnings }: Findings): void {
  if (name.startsWith("SOMBRA_") && !ELSEWHERE.has(name) && !SERVICE_LINK_NAME.test(name)) {
    warnings.push(`${showName(name)} is not a variable of Sombra${suggestion(name, Object.keys(shape))}`);
  }
}
