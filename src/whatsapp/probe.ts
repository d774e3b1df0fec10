/** Whom a probe is from, and to which number of the business. */
export interface ProbeFrom {
  readonly id: string;
  readonly shopper: string;
  /** The business's phone number id. */
  readonly phone: string;
  readonly atMs: number;
}

/** Says to whoever reads it, handler or person, that nobody is waiting for an answer. */
const text = "Sombra probe: this message is from nobody. It looks whether what you answer is held.";

/** A delivery in Meta's shape of one text message, marked as what it is. */
export function probeDelivery({ id, shopper, phone, atMs }: ProbeFrom): Buffer {
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: phone, phone_number_id: phone },
    contacts: [{ profile: { name: "Sombra probe" }, wa_id: shopper }],
    messages: [{ from: shopper, id, timestamp: String(Math.floor(atMs / 1_000)), type: "text", text: { body: text } }],
  };
  const entry = [{ id: "0", changes: [{ value, field: "messages" }] }];
  return Buffer.from(JSON.stringify({ object: "whatsapp_business_account", entry }));
}
