import type { Variables } from "./env.ts";
import type { SettingsFile } from "./file.ts";
import type { PlacedRoute } from "./routes.ts";
import type { Origin } from "./types.ts";

/** Options of the file that a variable wins over. They go by the variable's name. */
const VARIABLE_OF: Readonly<Record<string, string>> = {
  environment: "SOMBRA_ENVIRONMENT",
  "log.level": "SOMBRA_LOG_LEVEL",
  "log.shopper": "SOMBRA_LOG_SHOPPER",
  "egress.graph.url": "SOMBRA_GRAPH_URL",
  "admin.tokens": "SOMBRA_ADMIN_TOKENS",
};

/** Where everything that is not a default was given, by the names `describe` uses; `lines`: of what is of the file. */
export interface Origins {
  readonly origins: Readonly<Record<string, Origin>>;
  readonly lines: Readonly<Record<string, number>>;
}

export function originsOf(
  variables: Variables,
  { data, placeOf }: SettingsFile,
  placed: readonly PlacedRoute[],
): Origins {
  const { routes = [], flags: _flags, ...settings } = membersOf(data);
  const options = [
    ...leaves(settings, []).map((path) => ({ path, name: path.join(".") })),
    ...placed.flatMap(({ route }, index) =>
      leaves(Array.isArray(routes) ? routes[index] : null, []).map((path) => ({
        path: ["routes", index, ...path],
        name: ["routes", route.name, ...path].join("."),
      })),
    ),
  ];
  const origins: Record<string, Origin> = {};
  const lines: Record<string, number> = {};
  for (const { path, name } of options) {
    const option = VARIABLE_OF[name] ?? name;
    const place = placeOf(path);
    origins[option] = "file";
    if (place.kind === "file") lines[option] = place.line;
  }
  for (const name of Object.keys(variables)) {
    origins[name] = "env";
  }
  for (const { route, given, sides } of placed) {
    for (const side of ["legacy", "candidate", "twin"] as const) {
      if (sides[side]?.place.kind === "variable") {
        origins[`routes.${route.name}.${side}`] = "env";
      }
    }
    if (variables.WHATSAPP_PROVIDER !== undefined && given.profile !== route.profile) {
      origins[`routes.${route.name}.profile`] = "env";
    }
  }
  return { origins, lines };
}

/** Names of everything that is set. What is said of shoppers counts as one thing: names inside it are personal. */
function leaves(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
  const members = path.at(-1) === "shopper" ? [] : Object.entries(membersOf(value));
  if (members.length > 0) {
    return members.flatMap(([name, member]) => leaves(member, [...path, name]));
  }
  const isSet = path.length > 0 && value !== null && value !== undefined;
  return isSet ? [path] : [];
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
