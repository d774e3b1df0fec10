import type { Rule } from "../../model/index.ts";
import type { Findings } from "./errors.ts";
import type { SettingsFile } from "./file.ts";
import type { PlacedRoute } from "./routes.ts";
import { actionsOf } from "./rules-schema.ts";
import { oneOf, quote } from "./say.ts";

/** What the file says of differences. */
export function readRules(
  { settings, placeOf }: SettingsFile,
  routes: readonly PlacedRoute[],
  { problems }: Findings,
): readonly Rule[] {
  const known = routes.map(({ route }) => route.name);
  const ids = new Set<string>();
  return settings.rules.flatMap((rule, index) => {
    const { id, route, itemKind, where, path, owner, reason, expires } = rule;
    const wrong = (option: string, text: string): void => {
      problems.push({ place: placeOf(["rules", index, option]), text: `rules[${index}].${option} is ${text}` });
    };
    if (ids.has(id)) wrong("id", `${quote(id)}, must be given once`);
    ids.add(id);
    if (route !== null && !known.includes(route)) wrong("route", `${quote(route)}, must be ${oneOf(known)}`);
    const [action] = actionsOf(rule);
    if (action === undefined) return [];
    return [{ id, route, itemKind, where, path, action, owner, reason, expiresAt: expires, source: "file" } as const];
  });
}
