import type { Json } from "./envelope.ts";
import type { Customer } from "./people.ts";

/** The states of a message the business sent, as they come back one by one. */
export const statusNames = ["sent", "delivered", "read", "failed"] as const;

export type StatusName = (typeof statusNames)[number];

/** What a status says of the message `id` to a customer. */
export function status(name: StatusName, id: string, { to, at }: { readonly to: Customer; readonly at: number }): Json {
  const base = {
    id,
    status: name,
    timestamp: String(at),
    ...(to.number !== undefined && { recipient_id: to.number }),
    ...(to.userId !== undefined && { recipient_user_id: to.userId }),
  };
  const pricing = { billable: true, pricing_model: "PMP", category: "service", type: "regular" };
  const conversation = { id: "5f3c0a9be4d1", origin: { type: "service" } };
  switch (name) {
    case "sent":
      return { ...base, conversation: { ...conversation, expiration_timestamp: String(at + 86_400) }, pricing };
    case "delivered":
      return { ...base, conversation, pricing };
    case "read":
      return base;
    case "failed":
      return { ...base, errors: [undeliverable] };
  }
}

const undeliverable = {
  code: 131026,
  title: "Message undeliverable",
  message: "Message undeliverable",
  error_data: { details: "Message undeliverable: não foi possível entregar" },
};
