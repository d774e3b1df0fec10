import { type Delivery, signed } from "../../../src/demo/index.ts";
import { readPayloads } from "./payloads.ts";

/** The public bodies as signed deliveries in wire form, with ids of their own: several share one as they are. */
export function corpus(appSecret: string): readonly Delivery[] {
  return readPayloads().map(({ name, document }, at) => signed(name, withOwnIds(document, at), appSecret));
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
