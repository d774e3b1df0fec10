import {
  ShopperTable,
  compileFlag,
  describeCutOver,
  flagsFromEnv,
  offForBoth,
  resolveFlags as resolveLayers,
  roleProblems,
  withLists,
} from "../../flags/index.ts";
import type { Environment, EnvironmentFlags } from "../../flags/index.ts";
import { variable } from "./errors.ts";
import type { Findings, Place, Problem } from "./errors.ts";
import { unknownName } from "./fields.ts";
import type { SettingsFile } from "./file.ts";
import { PRIMARY_FLAGS, ROLES } from "./route-flags.ts";
import type { PlacedRoute } from "./routes.ts";
import { nearest, quote, showName } from "./say.ts";
import type { NamedFlag } from "./types.ts";

/** Decided per shopper and handed to handlers (SPEC 3). */
const HANDLER_FLAGS = ["WHATSAPP_ROUTING_ENABLED", "WHATSAPP_GATEWAY_ENABLED"] as const;

/** Everything the file says of flags, and every flag that is known without it. */
export function defineFlags(
  routes: readonly PlacedRoute[],
  file: SettingsFile,
  { problems }: Findings,
): readonly NamedFlag[] {
  const defined = new Map<string, NamedFlag>();
  const names = new Set<string>();
  for (const [index, definition] of file.settings.flags.entries()) {
    for (const option of ["key", "alias", "env"] as const) {
      const name = definition[option];
      const kind = option === "env" ? "env" : "name";
      if (name !== null && names.has(`${kind} ${name}`)) {
        const text = `flags[${index}].${option} is ${quote(name)}, must be given once`;
        problems.push({ place: file.placeOf(["flags", index, option]), text });
      }
      names.add(`${kind} ${name}`);
    }
    defined.set(definition.key, definition);
  }
  const asked = [PRIMARY_FLAGS, ...routes.map(({ route }) => route.flags)];
  const known = [...asked.flatMap((flags) => ROLES.map((role) => flags[role])), ...HANDLER_FLAGS];
  for (const key of known) {
    if (!defined.has(key)) {
      defined.set(key, unsaid(key));
    }
  }
  return [...defined.values()];
}

function unsaid(key: string): NamedFlag {
  return { key, description: "", env: null, alias: null, default: false, salt: null, bucketing: "murmur3" };
}

interface FlagSources {
  readonly env: Environment;
  readonly definitions: readonly NamedFlag[];
  readonly placed: readonly PlacedRoute[];
}

/** What the environment says of flags, if that is right and fits the routes. */
export function readFlags({ env, definitions, placed }: FlagSources, findings: Findings): EnvironmentFlags {
  const { problems } = findings;
  const routes = placed.map(({ route }) => route.flags);
  const read = flagsFromEnv(env, definitions, routes);
  for (const { where, is, must } of read.problems) {
    problems.push({ place: variable(where), text: `is ${is}, must be ${must}` });
  }
  findings.warnings.push(...read.remarks);
  const known = definitions.map(({ key }) => key);
  for (const key of read.forceOff.filter((name) => !known.includes(name))) {
    if (nearest(key, known) === null) {
      const text = `SOMBRA_FORCE_OFF: flag ${showName(key)} is in no configuration: it is off if the store has it`;
      findings.warnings.push(text);
    } else {
      problems.push({ place: variable("SOMBRA_FORCE_OFF"), text: `flag ${unknownName(key, known)}` });
    }
  }
  const flags = read.flags.map((flag) => withLists(flag, (members) => ShopperTable.of(members)));
  const inForce = resolveLayers([{ source: "env", flags }], definitions);
  const compiled = new Map(inForce.map(({ flag, source }) => [flag.key, compileFlag(flag, source)]));
  for (const { where, is, must } of roleProblems(compiled, routes)) {
    problems.push({ place: lastUse(where, placed), text: `flag ${quote(where)} is ${is}, must be ${must}` });
  }
  noteCutovers(compiled, placed, findings);
  return read;
}

type Compiled = ReadonlyMap<string, ReturnType<typeof compileFlag>>;

/** Values of the environment are meant, but a share or a list may cut over whom nobody thought of. */
function noteCutovers(flags: Compiled, placed: readonly PlacedRoute[], { warnings }: Findings): void {
  for (const { route } of placed) {
    const { enabled, shadow, dualRun } = route.flags;
    const cut = offForBoth(flags, route.flags);
    if (cut === null || [shadow, dualRun].every((key) => flags.get(key)?.enabled === false)) continue;
    warnings.push(
      `by the environment ${shadow} and ${dualRun} of route ${quote(route.name)} are both off for ${describeCutOver(cut).text}: where ${enabled} is on for them, they are cut over`,
    );
  }
}

function lastUse(key: string, placed: readonly PlacedRoute[]): Place {
  const places = placed.flatMap(({ route, placeOf }) =>
    ROLES.filter((role) => route.flags[role] === key).map((role) => placeOf("flags", role)),
  );
  return places.at(-1) ?? variable(key);
}

/** The variables that can turn a flag on, and what they say when they do not. */
const OFF: Readonly<Record<string, RegExp>> = {
  ENABLED: /^(?:false)?$/i,
  PERCENT: /^[0.]*$/,
  PERCENTAGE: /^[0.]*$/,
  PHASE: /^(?:disabled)?$/i,
  ALLOWLIST: /^[, ]*$/,
  FORCE_ON: /^[, ]*$/,
};

const UNSEEN =
  "until legacy's calls have been seen tied to their exchanges (sombra doctor says so), or the route has a twin";

/** What would turn reverse shadow on at the start: whether it may is known once the data directory is open. */
export function reverseShadowOn(
  { env, definitions, placed }: FlagSources,
  file: SettingsFile,
): readonly { readonly key: string; readonly problem: Problem }[] {
  const keys = new Set(placed.map(({ route }) => route.flags.reverseShadow));
  return definitions.flatMap(({ key, env: prefix, default: byDefault }) => {
    if (!keys.has(key)) return [];
    const names = Object.entries(OFF).flatMap(([suffix, off]) => {
      const name = prefix === null && suffix === "ENABLED" ? key : `${prefix ?? key}_${suffix}`;
      return off.test(env[name]?.trim() ?? "") ? [] : [name];
    });
    const text = `turns reverse shadow on (value not shown), must be unset ${UNSEEN}`;
    const index = file.settings.flags.findIndex((flag) => flag.key === key);
    const inFile = {
      place: file.placeOf(["flags", index, "default"]),
      text: `flags[${index}].default is true, must be false ${UNSEEN}`,
    };
    return [...names.map((name) => ({ place: variable(name), text })), ...(byDefault ? [inFile] : [])].map(
      (problem) => ({
        key,
        problem,
      }),
    );
  });
}
