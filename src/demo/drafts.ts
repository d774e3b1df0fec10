import { envelope, type Json, numberChange } from "./envelope.ts";
import { business, type Customer, secondShopper, testShopper, thirdShopper, unnumberedShopper } from "./people.ts";
import {
  mediaSamples,
  noticeSamples,
  numberChanged,
  replySamples,
  type Sample,
  sharedSamples,
  textSamples,
} from "./samples.ts";
import { statusNames } from "./statuses.ts";
import { createWriter, inbound, type Seed, type Writer } from "./writer.ts";

/** A delivery before it is signed. */
export interface Draft {
  readonly name: string;
  readonly document: Json;
}

/** Every kind of delivery of the demo, in the order in which they are sent. */
export function drafts(seed: Seed): readonly Draft[] {
  const writer = createWriter(seed);
  return [
    ...messages(writer),
    ...statuses(writer),
    ...batches(writer),
    ...accountChanges(writer),
    ...fromThePhone(writer),
    ...otherShoppers(writer),
  ];
}

function messages(writer: Writer): readonly Draft[] {
  const ids = {
    media: writer.mediaId(),
    earlier: writer.messageId(testShopper),
    businessNumber: business.displayPhoneNumber,
  };
  return [
    ...textSamples(ids),
    ...mediaSamples(ids),
    ...sharedSamples(),
    ...replySamples(ids),
    ...noticeSamples(ids),
  ].map((sample) => fromOne(writer, testShopper, sample));
}

function statuses(writer: Writer): readonly Draft[] {
  return statusNames.map((name) => ({
    name: `status ${name}`,
    document: envelope([writer.status(name, testShopper)]),
  }));
}

function batches(writer: Writer): readonly Draft[] {
  const mine = (body: string) => writer.message(testShopper, text(body));
  const theirs = (body: string) => writer.message(secondShopper, text(body));
  return [
    {
      name: "batch of one shopper",
      document: envelope([
        inbound([testShopper], [mine("Uma dúvida rápida: vocês abrem sábado?"), mine("E até que horas? 🕐")]),
      ]),
    },
    {
      name: "batch of two shoppers",
      document: envelope([
        inbound([testShopper, secondShopper], [mine("Pode cancelar, por favor"), theirs("Já está a caminho?")]),
      ]),
    },
    {
      name: "batch of a status and a message",
      document: envelope([
        writer.status("read", testShopper),
        inbound([testShopper], [mine("Recebi, está perfeito!")]),
      ]),
    },
  ];
}

/** Changes of the account: without `metadata`, and nobody's. */
function accountChanges(writer: Writer): readonly Draft[] {
  const draft = (name: string, field: string, value: Json): Draft => ({
    name,
    document: envelope([{ value, field }], writer.time()),
  });
  return [
    draft("account update", "account_update", {
      event: "ACCOUNT_RESTRICTION",
      restriction_info: [{ restriction_type: "RESTRICTED_ADD_PHONE_NUMBER_ACTION" }],
    }),
    draft("template approved", "message_template_status_update", {
      event: "APPROVED",
      message_template_id: 733120945,
      message_template_name: "confirmação_de_pedido",
      message_template_language: "pt_BR",
      reason: "NONE",
    }),
    draft("capability update", "business_capability_update", {
      max_daily_conversation_per_phone: 1000,
      max_phone_numbers_per_waba: 20,
    }),
    draft("flow status", "flows", {
      event: "FLOW_STATUS_CHANGE",
      message: "Flow 1 changed status",
      flow_id: "1208842265",
      old_status: "DRAFT",
      new_status: "PUBLISHED",
    }),
  ];
}

function fromThePhone(writer: Writer): readonly Draft[] {
  const echo = writer.echo(testShopper, text("Oi! Aqui é a Inês, já vou ajudar."));
  const error = { code: 130429, title: "Rate limit hit", message: "Rate limit hit" };
  const errors = [{ ...error, error_data: { details: "Tente já/depois" } }];
  return [
    { name: "echo", document: envelope([numberChange("smb_message_echoes", { message_echoes: [echo] })]) },
    { name: "error", document: envelope([numberChange("messages", { errors })], writer.time()) },
  ];
}

function otherShoppers(writer: Writer): readonly Draft[] {
  const from = (customer: Customer, name: string, body: string): Draft =>
    fromOne(writer, customer, { name, message: text(body) });
  return [
    from(secondShopper, "text of a second shopper", "Bom dia! Preciso da 2ª via do boleto"),
    from(thirdShopper, "text with number and user id", "Oi, é a Zoë outra vez 😊"),
    from(unnumberedShopper, "text with a user id and no number", "Vocês têm orquídeas?"),
    { name: "status for a user id", document: envelope([writer.status("delivered", unnumberedShopper)]) },
    // Last: a handler that follows the change replies to another number from here on.
    fromOne(writer, secondShopper, numberChanged(secondShopper.number, "447700900457")),
  ];
}

function fromOne(writer: Writer, customer: Customer, { name, message }: Sample): Draft {
  return { name, document: envelope([inbound([customer], [writer.message(customer, message)])]) };
}

function text(body: string): Json {
  return { type: "text", text: { body } };
}
