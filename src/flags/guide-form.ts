import { z } from "zod";
import type { RouteFlags } from "../model/index.ts";
import type { Edit } from "./edit.ts";
import { isRecord, parseForm } from "./forms.ts";
import { showValue, type Problem } from "./problem.ts";
import { NAME, isFlagKey } from "./schema.ts";

export type ParsedGuideForm =
  /** `key`: the flag that the form is about. */
  | { readonly ok: true; readonly key: string; readonly edits: readonly Edit[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface GuideContext {
  readonly routes: readonly RouteFlags[];
  /** The key that a name stands for: an alias's, else the name itself. */
  readonly keyOf: (name: string) => string;
}

const FIELDS = new Set(["name", "enabled", "shadow_mode", "allowlist", "denylist", "percent_rollout", "active"]);

const yesNo = z.boolean().optional();

/**
 * `{name, enabled, shadow_mode, allowlist, denylist, percent_rollout, active}` as in the rollout guide: what is absent keeps
 * its value. `active: false` takes the record out, and nothing else that is said of the flag then counts.
 */
export function parseGuideForm(input: unknown, { routes, keyOf }: GuideContext): ParsedGuideForm {
  if (!isRecord(input)) return refused("body", showValue(input), "a JSON object");
  const { name, shadow_mode: shadowMode, active, percent_rollout: percent, ...rest } = input;
  const unknown = Object.keys(rest).find((field) => !FIELDS.has(field));
  if (unknown !== undefined)
    return refused(showValue(unknown), "there", `absent: the fields are ${[...FIELDS].join(", ")}`);
  if (typeof name !== "string" || !isFlagKey(name)) return refused("name", showValue(name), NAME);
  const key = keyOf(name);
  const form = parseForm(percent === undefined ? rest : { ...rest, percent }, key);
  if (!form.ok) return { ok: false, problems: form.problems.map((problem) => inGuide(problem, key)) };
  const activeSaid = yesNo.safeParse(active);
  if (!activeSaid.success) return refused("active", showValue(active), "true or false");
  const shadowSaid = yesNo.safeParse(shadowMode);
  if (!shadowSaid.success) return refused("shadow_mode", showValue(shadowMode), "true or false");
  const shadows = new Set(routes.filter(({ enabled }) => enabled === key).map(({ shadow }) => shadow));
  if (shadowSaid.data !== undefined && shadows.size === 0) {
    return refused("shadow_mode", showValue(shadowMode), `absent, as ${key} is the \`enabled\` flag of no route`);
  }
  if (activeSaid.data === false) return { ok: true, key, edits: [{ kind: "remove", key }] };
  const edits: Edit[] = [{ kind: "patch", key, fields: form.said.fields }];
  for (const shadow of shadowSaid.data === undefined ? [] : shadows) {
    edits.push({ kind: "patch", key: shadow, fields: { enabled: shadowSaid.data } });
  }
  return { ok: true, key, edits };
}

/** By the names of the guide's form. */
function inGuide(problem: Problem, key: string): Problem {
  return { ...problem, where: problem.where.replace(`flags.${key}.`, "").replace(/^percent\b/, "percent_rollout") };
}

function refused(where: string, is: string, must: string): ParsedGuideForm {
  return { ok: false, problems: [{ where, is, must }] };
}
