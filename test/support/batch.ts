import { sign } from "../../src/whatsapp/index.ts";

/** One message of one shopper. */
export interface Sent {
  readonly from: string;
  readonly id: string;
}

/** A delivery of several shoppers' messages, each with its contact, as Meta signs it. */
export function batch(messages: readonly Sent[], appSecret: string): { body: string; headers: Record<string, string> } {
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550100000", phone_number_id: "100000000000001" },
    contacts: messages.map(({ from }) => ({ profile: { name: `Name of ${from}` }, wa_id: from })),
    messages: messages.map((message) => ({ ...message, timestamp: "1790000000", type: "text", text: { body: "olá" } })),
  };
  // As Meta writes them: letters beyond ASCII are escaped, and a number is larger than a double can hold.
  const body = JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: "100000000000002", changes: [{ field: "messages", value }] }],
  })
    .replaceAll("á", "\\u00e1")
    .replace('"messaging_product":', '"sequence":12345678901234567890,"messaging_product":');
  return { body, headers: { "x-hub-signature-256": sign(Buffer.from(body), appSecret) } };
}

/** The ids of the messages in a body, in order. */
export function idsIn(body: Buffer): readonly string[] {
  const { entry }: { entry: { changes: { value: { messages?: { id: string }[] } }[] }[] } = JSON.parse(body.toString());
  return entry.flatMap(({ changes }) => changes.flatMap(({ value }) => (value.messages ?? []).map(({ id }) => id)));
}
