import type { Group } from "../account/index.ts";
import { documentName } from "../flags/index.ts";
import type { Rule } from "../model/index.ts";
import { allRules, type ToldRule } from "./calls/rules.ts";
import type { AdminDeps } from "./deps.ts";
import { documentsNow } from "./documents.ts";
import { isWithin } from "./preview.ts";

/** Rules that speak of the place of a group, also those that do nothing any more. */
export async function rulesTouching(
  deps: Pick<AdminDeps, "rules" | "account" | "flags" | "now">,
  group: Group,
): Promise<readonly ToldRule[]> {
  const { rules } = deps;
  const stored = [...documentsNow(deps, "rule").values()].flatMap(({ id, value }): readonly Rule[] => {
    const read = rules.parse({ ...value, id: documentName(id) });
    return read.ok ? [{ ...read.rule, source: "api" }] : [];
  });
  const touching = new Set(
    [...stored, ...rules.ofFile]
      .filter((rule) => isWithin(rule, group) && rules.covers(rule, group.path))
      .map(({ id }) => id),
  );
  return (await allRules(deps)).filter(({ id }) => touching.has(id));
}
