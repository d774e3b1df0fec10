import { type Delivery, signed } from "../../../src/demo/index.ts";
import { readPayloads } from "./payloads.ts";

/** The public bodies as signed deliveries in wire form, with ids of their own: several share one as they are. */
export function corpus(appSecret: string): readonly Delivery[] {
  return readPayloads().map(({ name, document }, at) => signed(name, withOwnIds(document, at), appSecret));
}

/**
 * The same as one business could have got them: all for its phone number id, and each message from whom its contact says.
 * Some name two people at once, being put together by hand. Nobody is in two of them, so that what is done late for one is
 * not taken for another.
 */
export function corpusFor(phone: string, appSecret: string): readonly Delivery[] {
  return readPayloads().map(({ name, document }, at) =>
    signed(name, withOwnPeople(withOwnIds(coherent(document, phone), at), at), appSecret),
  );
}

function coherent(document: unknown, phone: string): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(document), (name, value: unknown) => {
    if (name === "phone_number_id") return phone;
    return name === "value" ? fromItsContact(value) : value;
  });
  return copy;
}

/** The value of a change whose only contact has a number. */
function fromItsContact(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("contacts" in value) || !("messages" in value)) return value;
  const { contacts, messages } = value;
  const [contact, ...others]: unknown[] = Array.isArray(contacts) ? contacts : [];
  if (others.length > 0 || !Array.isArray(messages)) return value;
  const number = typeof contact === "object" && contact !== null && "wa_id" in contact ? contact.wa_id : undefined;
  if (number === undefined) return value;
  const from = (message: unknown): unknown =>
    typeof message === "object" && message !== null && "from" in message ? { ...message, from: number } : message;
  return { ...value, messages: messages.map(from) };
}

/** Lists of a change whose elements have ids. */
const lists = /^(messages|statuses|message_echoes|calls)$/;

/** A copy in which the elements of these lists have ids that end in the delivery's number. */
function withOwnIds(document: unknown, at: number): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(document), (name, value: unknown) =>
    lists.test(name) && Array.isArray(value) ? value.map((element, i) => withId(element, `${at}.${i}`)) : value,
  );
  return copy;
}

function withId(element: unknown, ending: string): unknown {
  if (typeof element !== "object" || element === null || !("id" in element)) return element;
  return { ...element, id: `${String(element.id)}.${ending}` };
}

/** Fields that name a person. */
const people = /^(wa_id|from|recipient_id|((from|recipient|to)_)?(parent_)?user_id)$/;

/** A copy in which all who are in it have numbers and ids that end in the delivery's number. */
function withOwnPeople(document: unknown, at: number): unknown {
  const named = new Set<unknown>();
  JSON.stringify(document, (name, value: unknown) => {
    if (people.test(name)) named.add(value);
    return value;
  });
  const ending = String(at).padStart(3, "0");
  const copy: unknown = JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === "string" && named.has(value) ? value + ending : value,
  );
  return copy;
}
