import { boundedId } from "../identify/index.ts";
import { list, members } from "./json.ts";

/** A person by phone number, by business-scoped user id, or by both. */
export interface Person {
  readonly number: string | null;
  readonly userId: string | null;
}

const nobody: Person = { number: null, userId: null };

/** The ids of a person, number first. */
export function idsOf({ number, userId }: Person): readonly string[] {
  if (number === null) return userId === null ? [] : [userId];
  return userId === null ? [number] : [number, userId];
}

/**
 * What a change's `contacts` know of a person: the id that an item lacks. An item that names nobody is the only
 * contact's; of several it is nobody's.
 */
export function createContacts(value: unknown): (person: Person) => Person {
  const [first, ...others] = list(value).map(readContact);
  if (first === undefined) return (person) => person;
  if (others.length === 0) return (person) => complete(person, first);
  // A delivery may hold a thousand contacts and as many items: no item looks through them all.
  const byId = new Map<string, Person>();
  for (const contact of [first, ...others]) for (const id of idsOf(contact)) byId.set(id, contact);
  return (person) => complete(person, byId.get(person.number ?? person.userId ?? "") ?? nobody);
}

function complete(person: Person, contact: Person): Person {
  if (person.number === null && person.userId === null) return contact;
  if (person.number === null && person.userId === contact.userId) return contact;
  if (person.userId === null && person.number === contact.number) return contact;
  return person;
}

function readContact(value: unknown): Person {
  const { wa_id, user_id, parent_user_id } = members(value);
  return { number: boundedId(wa_id), userId: boundedId(user_id) ?? boundedId(parent_user_id) };
}
