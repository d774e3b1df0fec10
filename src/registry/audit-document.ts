import { isDeepStrictEqual } from "node:util";
import type { Edited, Json, JsonObject } from "../flags/index.ts";

/** Lists of shoppers, wherever in a document. */
const lists: ReadonlySet<string> = new Set(["allowlist", "forceOn"]);

/** What the audit has of a rollout: shoppers in its plan as `members` tells them, and a plan that stays as it was left out. */
export function auditedRollout(
  { before, after }: Pick<Edited, "before" | "after">,
  members: (shoppers: readonly string[]) => JsonObject,
): { readonly before: Json; readonly after: Json } {
  const [was, is] = [objectOf(before), objectOf(after)];
  const isSame = was !== null && is !== null && isDeepStrictEqual(was["plan"], is["plan"]);
  const told = (value: JsonObject | null): Json => {
    if (value === null) return null;
    const { plan, ...rest } = value;
    return withoutShoppers(isSame || plan === undefined ? rest : { ...rest, plan }, members);
  };
  return { before: told(was), after: told(is) };
}

function objectOf(value: Edited["before"]): JsonObject | null {
  return typeof value === "object" && value !== null ? { ...value } : null;
}

function withoutShoppers(value: Json, members: (shoppers: readonly string[]) => JsonObject): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map((one) => withoutShoppers(one, members));
  const fields = Object.entries(value).map(([name, one]) => {
    const isShoppers = lists.has(name) && typeof one === "object" && one !== null && isList(one);
    return [name, isShoppers ? members(one.map(String)) : withoutShoppers(one, members)] as const;
  });
  return Object.fromEntries(fields);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
