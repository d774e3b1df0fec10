/** Characters (UTF-16 units) an id may have. Longer ones are no ids: cutting them would make two shoppers one. */
const maxIdLength = 256;

/** A value as an id: a string that is not blank, or an integer JSON holds exactly; anything else is none. */
export function boundedId(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : null;
  if (typeof value !== "string" || value.length > maxIdLength || value.trim() === "") return null;
  return value;
}
