import { boundedId } from "../identify/index.ts";

/**
 * A phone number in the forms of providers and of WhatsApp's own addresses, with the number of a device or without. At
 * most 15 digits, none of them leading zeros (E.164), so no group id is one. A plus sign that a form did not escape
 * reads as a space.
 */
const phoneNumber = /^(?:whatsapp:)?[+ ]?([1-9]\d{0,14})(?:(?::\d+)?@(?:s\.whatsapp\.net|c\.us))?$/;

const digits = /^[1-9]\d{0,14}$/;

/**
 * The id a shopper goes by: a phone number as its digits, so that it is the same with every provider; any other id (LID,
 * business-scoped user id, group) as it is. Null when there is none.
 */
export function shopperId(value: unknown): string | null {
  const id = boundedId(value);
  if (id === null) return null;
  return phoneNumber.exec(id)?.[1] ?? id.replace(/:\d+@lid$/, "@lid");
}

/** What stands in a field for LIDs, the ids of persons whose number is hidden: digits alone are no number there. */
export function lid(value: unknown): string | null {
  const id = boundedId(value);
  return id !== null && /^\d{1,32}$/.test(id) ? `${id}@lid` : shopperId(id);
}

/** The ids of one person, each once, numbers first. */
export function personOf(...ids: readonly (string | null)[]): readonly string[] {
  const known = ids.filter((id, i): id is string => id !== null && ids.indexOf(id) === i);
  if (known.length < 2) return known;
  return [...known.filter((id) => digits.test(id)), ...known.filter((id) => !digits.test(id))];
}
