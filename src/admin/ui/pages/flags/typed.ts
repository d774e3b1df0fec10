import type { Edit, FlagFields, FlagList, JsonObject } from "../../../../flags/index.ts";
import type { FlagEntry } from "../../../deps.ts";
import { objectOf } from "../../../fields.ts";
import { listNames } from "../../../in-force.ts";
import { parseJson } from "../../../json.ts";
import type { Form, View } from "../../page.ts";
import { readPasted } from "../../pasted.ts";
import { formTexts } from "./form-texts.ts";

/** Fields of the form as they are typed. */
export const fieldNames = [
  "description",
  "enabled",
  "percent",
  "audience",
  "default",
  "salt",
  "bucketing",
  "settings",
] as const;
export type Typed = Readonly<Record<(typeof fieldNames)[number], string>>;

/** What to do with a list; `clear`: there is none afterwards. */
export const listActions = ["keep", "add", "remove", "replace", "clear"] as const;
export type ListAction = (typeof listActions)[number];

export function typedOf(flag: Omit<FlagEntry["flag"], FlagList>): Typed {
  const { description, enabled, percent, audience, salt, bucketing, settings } = flag;
  return {
    description,
    enabled: enabled === null ? "" : String(enabled),
    percent: percent === null ? "" : String(percent),
    audience: audience ?? "",
    default: flag.default ? "yes" : "",
    salt: salt ?? "",
    bucketing,
    settings: Object.keys(settings).length === 0 ? "" : JSON.stringify(settings, null, 2),
  };
}

export function typedIn(form: Form): Typed {
  const { description, enabled, percent, audience, salt, bucketing, settings } = Object.fromEntries(
    fieldNames.map((name) => [name, form.text(name)]),
  );
  return {
    description: description ?? "",
    enabled: enabled ?? "",
    percent: percent ?? "",
    audience: audience ?? "",
    default: form.text("default"),
    salt: salt ?? "",
    bucketing: bucketing === "md5" ? "md5" : "murmur3",
    settings: settings ?? "",
  };
}

/** What the page showed, as it comes back with the form: only what somebody changed of it is written. */
export function shownIn(form: Form): Typed {
  const shown = recordOf(form.text("was"));
  const text = (name: keyof Typed): string => {
    const value = shown?.[name];
    return typeof value === "string" ? value : "";
  };
  return typedIn({ text: (name) => text(fieldNames.find((one) => one === name) ?? "description"), all: () => [] });
}

export type ReadEdits =
  | { readonly ok: true; readonly edits: readonly Edit[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What somebody wants of a flag: fields that differ from those shown, and what to do with each list. */
export function editsOf(view: View, key: string, form: Form): ReadEdits {
  const t = formTexts.in(view.locale);
  const problems: string[] = [];
  const [typed, shown] = [typedIn(form), shownIn(form)];
  const isTouched = (name: keyof Typed): boolean => !isSameText(typed[name], shown[name]);
  const percent = typed.percent === "" ? null : Number(typed.percent.replace(",", ".").replace(/\s*%$/, ""));
  if (percent !== null && !(percent >= 0 && percent <= 100)) problems.push(t.badPercent);
  const settings = typed.settings === "" ? {} : recordOf(typed.settings);
  if (settings === null) problems.push(t.badSettings);
  const said: FlagFields = {
    description: typed.description,
    enabled: typed.enabled === "" ? null : typed.enabled === "true",
    percent,
    audience: typed.audience === "" ? null : typed.audience,
    default: typed.default === "yes",
    salt: typed.salt === "" ? null : typed.salt,
    bucketing: typed.bucketing === "md5" ? "md5" : "murmur3",
    settings: settings ?? {},
  };
  const touched = Object.fromEntries(
    Object.entries(said).filter(([name]) => isTouched(fieldNames.find((one) => one === name) ?? "salt")),
  );
  const lists = listNames.map((list) => listEdit(view, { key, list, form }));
  problems.push(...lists.flatMap((one) => one.problems));
  if (problems.length > 0) return { ok: false, problems };
  const fields: FlagFields = { ...touched, ...Object.fromEntries(lists.flatMap((one) => Object.entries(one.fields))) };
  return { ok: true, edits: [{ kind: "patch", key, fields }, ...lists.flatMap((one) => one.edits)] };
}

interface ListEdit {
  readonly problems: readonly string[];
  readonly fields: FlagFields;
  readonly edits: readonly Edit[];
}

const nothing: ListEdit = { problems: [], fields: {}, edits: [] };

interface OfList {
  readonly key: string;
  readonly list: FlagList;
  readonly form: Form;
}

function listEdit(view: View, { key, list, form }: OfList): ListEdit {
  const t = formTexts.in(view.locale);
  const wrong = (problem: string): ListEdit => ({ ...nothing, problems: [problem] });
  const action = actionIn(form, list);
  const text = form.text(`${list}.members`);
  if (action === "keep") return text === "" ? nothing : wrong(t.undone(list));
  if (action === "clear") return { ...nothing, fields: { [list]: list === "allowlist" ? null : [] } };
  if (text === "") return wrong(t.emptyList(list));
  const pasted = readPasted(text);
  if (!pasted.ok) {
    const where = pasted.at === 0 ? t.badListAll(list) : t.badList(list, view.format.count(pasted.at));
    return wrong(`${where} ${pasted.must}`);
  }
  const { members } = pasted;
  if (action === "replace") return { ...nothing, fields: { [list]: members } };
  const [add, remove] = action === "add" ? [members, []] : [[], members];
  return { ...nothing, edits: [{ kind: "members", key, list, add, remove }] };
}

export function actionIn(form: Form, list: FlagList): ListAction {
  return listActions.find((action) => action === form.text(`${list}.do`)) ?? "keep";
}

/** Browsers send line ends of their own. */
function isSameText(one: string, other: string): boolean {
  return one.replaceAll("\r\n", "\n").trim() === other.replaceAll("\r\n", "\n").trim();
}

/** null: no JSON object. */
function recordOf(text: string): JsonObject | null {
  const parsed = parseJson(new TextEncoder().encode(text).buffer);
  return parsed.ok ? objectOf(parsed.value) : null;
}
