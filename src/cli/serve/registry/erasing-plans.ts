import { documentId, documentsOf, type Documents, type Edit, type Json } from "../../../flags/index.ts";

/** Lists of shoppers in the phases of a plan. */
const lists: ReadonlySet<string> = new Set(["allowlist", "forceOn"]);

/** Rollouts whose plans name one of these, by their documents' ids. */
export function plansWith(documents: Documents, ids: readonly string[]): readonly string[] {
  return [...documentsOf(documents, "rollout").values()].flatMap(({ id, value }) => {
    return JSON.stringify(without(value, ids)) === JSON.stringify(value) ? [] : [id];
  });
}

/** Takes them out of every plan. Its hash stays: it is still the plan that was written. */
export function planRemovals(documents: Documents, ids: readonly string[]): readonly Edit[] {
  const naming = new Set(plansWith(documents, ids));
  return [...documentsOf(documents, "rollout")].flatMap(([name, { value }]): readonly Edit[] => {
    if (!naming.has(documentId("rollout", name))) return [];
    return [
      {
        kind: "document",
        collection: "rollout",
        id: name,
        value: { ...value, plan: without(value["plan"] ?? null, ids) },
      },
    ];
  });
}

function without(value: Json, ids: readonly string[]): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map((one) => without(one, ids));
  const fields = Object.entries(value).map(([name, one]) => {
    const isShoppers = lists.has(name) && typeof one === "object" && one !== null && isList(one);
    const left = isShoppers ? one.filter((shopper) => !ids.some((id) => id === shopper)) : without(one, ids);
    return [name, left] as const;
  });
  return Object.fromEntries(fields);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
