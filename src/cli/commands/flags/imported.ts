import { describeProblem, formOf, parseForm } from "../../../flags/index.ts";
import { CommandError } from "../command.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** A flag as a file says it. */
export interface Imported {
  readonly key: string;
  /** What is sent: the admin port learns where nobody said `enabled`. */
  readonly sent: Fields;
  /** What that means, for the plan. */
  readonly fields: Fields;
}

/** A value of a row: a flag as JSON or the text of that, `2` for percent, `true` or `false`. Throws what is wrong with it. */
export function readValue(key: string, value: unknown): Imported {
  const found = typeof value === "string" ? parseText(value) : value;
  if (typeof found === "boolean") return readForm(key, { enabled: found });
  if (typeof found === "number") return readForm(key, { enabled: true, percent: found });
  if (!isRecord(found)) throw new CommandError("value must be an object, a percentage, true or false");
  return readForm(key, found);
}

/** Some or all fields of a flag, by any of their names. */
export function readForm(key: string, form: Fields): Imported {
  const parsed = parseForm(form, key);
  if (!parsed.ok) throw new CommandError(parsed.problems.map(describeProblem).join("; "));
  return { key, sent: formOf(parsed.said), fields: parsed.said.fields };
}

/** Columns that tables of flags have, by what they say. */
const columns: Readonly<Record<string, string>> = {
  enabled: "enabled",
  is_enabled: "enabled",
  is_active: "enabled",
  active: "enabled",
  percent: "percentage",
  percentage: "percentage",
  percent_rollout: "percentage",
  rollout: "percentage",
  rollout_percent: "percentage",
  rollout_percentage: "percentage",
  allowlist: "whitelist",
  whitelist: "whitelist",
  denylist: "blacklist",
  blacklist: "blacklist",
  force_on: "force_on",
  description: "description",
};

const lists: ReadonlySet<string> = new Set(["whitelist", "blacklist", "force_on"]);

/** A record of a table, which has columns of its own beside: those say nothing here, and neither does one left blank. */
export function readRecord(key: string, record: Fields): Imported {
  const form: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(record)) {
    const field = Object.hasOwn(columns, name) ? columns[name] : undefined;
    const value = field === undefined ? undefined : readColumn(field, given);
    if (field === undefined || value === undefined) continue;
    if (Object.hasOwn(form, field)) throw new CommandError(`${name} says again what another column says`);
    form[field] = value;
  }
  return readForm(key, form);
}

/** undefined: left blank. */
function readColumn(field: string, value: unknown): unknown {
  if (typeof value !== "string" || field === "description") return value;
  const text = value.trim();
  if (text === "") return undefined;
  if (!lists.has(field) || text.startsWith("[")) return parseText(text);
  return text.split(/[,;\s]+/).filter((member) => member !== "");
}

/** How deep texts of texts of JSON go. */
const maxQuotings = 3;

/** JSON, JSON within a JSON text, `'2'` as SQL quotes it, or `True` as Python writes it. */
function parseText(given: string): unknown {
  let value: unknown = given;
  for (let depth = 0; depth < maxQuotings && typeof value === "string"; depth += 1) {
    const text = value
      .trim()
      .replace(/^'(.*)'$/s, "$1")
      .trim();
    const word = text.toLowerCase();
    if (word === "true" || word === "false") return word === "true";
    try {
      value = JSON.parse(text);
    } catch {
      throw new CommandError("value is neither JSON nor a percentage, true or false");
    }
  }
  return value;
}

export function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
