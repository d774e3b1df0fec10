/** One thing that is wrong with a flag as somebody wrote it. Never shows a list member or what could be one. */
export interface Problem {
  /** The variable, or the path of the field: `percent`, `allowlist[3]`, `settings`. */
  readonly where: string;
  /** What is there: `"5.12345"`, `NaN`, `missing`, `a list`. */
  readonly is: string;
  readonly must: string;
}

const MAX_SHOWN_CHARACTERS = 60;

/** As many digits in a row as the shortest phone numbers have. */
const MAY_BE_PERSONAL = /@|\d{7}/;

export function describeProblem({ where, is, must }: Problem): string {
  return `${where} must be ${must}: it is ${is}`;
}

/** What a value is, for `is`. */
export function showValue(value: unknown): string {
  if (typeof value === "string") return showText(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number")
    return MAY_BE_PERSONAL.test(String(value)) ? "a number that is not shown" : String(value);
  if (value === undefined) return "missing";
  return Array.isArray(value) ? "a list" : "an object";
}

function showText(text: string): string {
  if (text.trim() === "") return "empty";
  if (MAY_BE_PERSONAL.test(text)) return "text that may be personal (not shown)";
  return JSON.stringify(text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}...` : text);
}

/** What a value is where even its text may be personal. */
export function showKind(value: unknown): string {
  if (typeof value !== "string") return typeof value === "number" ? "a number" : showValue(value);
  return value.trim() === "" ? "blank" : `text of ${value.length} characters`;
}
