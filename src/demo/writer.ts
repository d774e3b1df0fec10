import { contact, type Json, numberChange } from "./envelope.ts";
import { hexOf, wamid } from "./ids.ts";
import { business, type Customer } from "./people.ts";
import { status, type StatusName } from "./statuses.ts";

export type Seed = string | number;

/** Writes the parts of deliveries. Every id and time drawn is new; the same seed draws the same ones. */
export interface Writer {
  /** Seconds since the epoch. */
  time(): number;
  mediaId(): string;
  messageId(customer: Customer): string;
  /** A message of a customer: `content` is its type and what goes with it. */
  message(from: Customer, content: Json): Json;
  /** A message the business sent from its phone. */
  echo(to: Customer, content: Json): Json;
  /** A change with one status of a message sent to a customer. */
  status(name: StatusName, to: Customer): Json;
}

export function createWriter(seed: Seed): Writer {
  let drawn = 0;
  const draw = () => {
    drawn += 1;
    return hexOf(seed, drawn);
  };
  // Some time in 2026, other for every seed: no delivery depends on the day it is sent.
  const start = 1_790_000_000 + Number.parseInt(hexOf(seed).slice(0, 5), 16);
  const writer: Writer = {
    time: () => {
      drawn += 1;
      return start + drawn;
    },
    mediaId: () => String(BigInt(`0x${draw().slice(0, 12)}`)),
    messageId: (customer) => wamid(customer.number ?? customer.userId ?? "", draw()),
    message: (from, content) => ({
      ...(from.number !== undefined && { from: from.number }),
      ...(from.userId !== undefined && { from_user_id: from.userId }),
      ...(from.parentUserId !== undefined && { from_parent_user_id: from.parentUserId }),
      id: writer.messageId(from),
      timestamp: String(writer.time()),
      ...content,
    }),
    echo: (to, content) => ({
      from: business.displayPhoneNumber,
      to: to.number,
      id: writer.messageId(to),
      timestamp: String(writer.time()),
      ...content,
    }),
    status: (name, to) => {
      const id = writer.messageId(to);
      // Statuses of users who hide their number come without contacts.
      const contacts = to.number === undefined ? {} : { contacts: [contact(to)] };
      return numberChange("messages", { ...contacts, statuses: [status(name, id, { to, at: writer.time() })] });
    },
  };
  return writer;
}

/** A change with messages and the contacts of those who sent them. */
export function inbound(customers: readonly Customer[], messages: readonly Json[]): Json {
  return numberChange("messages", { contacts: customers.map(contact), messages });
}
