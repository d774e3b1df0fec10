import { boundedId } from "../identify/index.ts";
import { list, members } from "./json.ts";

/** A person by phone number, by business-scoped user id, by the one of a parent portfolio, or by several of them. */
export interface Person {
  readonly number: string | null;
  readonly userId: string | null;
  readonly parentId: string | null;
}

export const nobody: Person = { number: null, userId: null, parentId: null };

/** Of what a body says, each bounded. */
export function personOf(number: unknown, userId: unknown, parentId: unknown): Person {
  return { number: boundedId(number), userId: boundedId(userId), parentId: boundedId(parentId) };
}

/** The ids of a person, the one to go by first. Handlers write to any of them. */
export function idsOf({ number, userId, parentId }: Person): readonly string[] {
  if (userId === null && parentId === null) return number === null ? [] : [number];
  return [number, userId, parentId].filter((id) => id !== null);
}

/**
 * What a change's `contacts` know of a person: the ids that an item lacks. An item that names nobody is the only
 * contact's; of several it is nobody's.
 */
export function createContacts(value: unknown): (person: Person) => Person {
  const [first, ...others] = list(value).map(readContact);
  if (first === undefined) return (person) => person;
  if (others.length === 0) return (person) => complete(person, first);
  // A delivery may hold a thousand contacts and as many items: no item looks through them all.
  const byId = new Map<string, Person>();
  for (const contact of [first, ...others]) for (const id of idsOf(contact)) byId.set(id, contact);
  const byAny = (id: string | null): Person | undefined => (id === null ? undefined : byId.get(id));
  return (person) => complete(person, byAny(person.number) ?? byAny(person.userId) ?? byAny(person.parentId) ?? nobody);
}

function complete(person: Person, contact: Person): Person {
  if (person.number === null && person.userId === null && person.parentId === null) return contact;
  if (!isSame(person, contact)) return person;
  return {
    number: person.number ?? contact.number,
    userId: person.userId ?? contact.userId,
    parentId: person.parentId ?? contact.parentId,
  };
}

/** By the strongest id that both have. */
function isSame(one: Person, other: Person): boolean {
  if (one.number !== null && other.number !== null) return one.number === other.number;
  if (one.userId !== null && other.userId !== null) return one.userId === other.userId;
  return one.parentId !== null && one.parentId === other.parentId;
}

function readContact(value: unknown): Person {
  const { wa_id, user_id, parent_user_id } = members(value);
  return personOf(wa_id, user_id, parent_user_id);
}
