/** The contents of inbound messages, one for each kind a customer can send. Written for the demo. */
import type { Json } from "./envelope.ts";

/** What a message says, by type: `{type, <type>: {...}}` and what goes with it. */
export interface Sample {
  readonly name: string;
  readonly message: Json;
}

/** Ids of media and of messages answered to are drawn per delivery. */
export interface SampleIds {
  readonly media: string;
  /** An earlier message of the business. */
  readonly earlier: string;
  readonly businessNumber: string;
}

const sha256 = "c2Ftc2Egc29tYnJhIGRlbW8gbWVkaWEgZGlnZXN0IDAwMDE=";

export function textSamples({ earlier, businessNumber }: SampleIds): readonly Sample[] {
  const text = (body: string): Json => ({ type: "text", text: { body } });
  const context = { from: businessNumber, id: earlier };
  return [
    { name: "text", message: text("Olá! Não recebi a confirmação do meu pedido 👋🏽 vocês têm previsão?") },
    {
      name: "text with a link and an address",
      message: text("Vi em https://loja.example/promoção?c=1 e falei com ajuda@loja.example"),
    },
    // WhatsApp allows 4,096 characters in a message, the reply's own words included.
    { name: "long text", message: text("Já tentei de tudo, então vou contar do começo. ".repeat(87)) },
    { name: "text quoting", message: { context, ...text("É este mesmo, obrigada!") } },
    { name: "text forwarded", message: { context: { forwarded: true }, ...text("Feirão até domingo 🎉") } },
    {
      name: "text about a product",
      message: {
        context: { ...context, referred_product: { catalog_id: "733120945108", product_retailer_id: "cafe-500g" } },
        ...text("Este café ainda está disponível?"),
      },
    },
    { name: "text from an ad", message: { ...text("Quero saber mais sobre a oferta"), referral: adReferral() } },
  ];
}

function adReferral(): Json {
  return {
    source_url: "https://ads.example/oferta/de/julho",
    source_id: "120208842265",
    source_type: "ad",
    headline: "Café à vontade",
    body: "Peça agora pelo WhatsApp",
    media_type: "image",
    image_url: "https://ads.example/img/café.jpg",
    ctwa_clid: "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qpjd0HR4irJ6LEkR7JwFzRgAW",
  };
}

export function mediaSamples({ media }: SampleIds): readonly Sample[] {
  const file = (type: string, mimeType: string, more: Json = {}): Json => ({
    type,
    [type]: { ...more, mime_type: mimeType, sha256, id: media, url: `https://media.example/files/?mid=${media}` },
  });
  return [
    { name: "image", message: file("image", "image/jpeg", { caption: "Chegou assim, com o vidro trincado 😕" }) },
    { name: "voice message", message: file("audio", "audio/ogg; codecs=opus", { voice: true }) },
    { name: "audio", message: file("audio", "audio/mpeg", { voice: false }) },
    { name: "video", message: file("video", "video/mp4", { caption: "Olha só o barulho" }) },
    { name: "document", message: file("document", "application/pdf", { filename: "comprovação nº 12.pdf" }) },
    { name: "sticker", message: file("sticker", "image/webp", { animated: false }) },
  ];
}

export function sharedSamples(): readonly Sample[] {
  const location = {
    latitude: -23.5614,
    longitude: -46.6559,
    name: "Café da Esquina",
    address: "Rua das Açucenas, 10 / loja 2",
  };
  const card = {
    name: { formatted_name: "André Example", first_name: "André", last_name: "Example" },
    phones: [{ phone: "+44 7700 900321", wa_id: "447700900321", type: "CELL" }],
    emails: [{ email: "andre@loja.example", type: "WORK" }],
  };
  return [
    { name: "location", message: { type: "location", location } },
    { name: "contacts", message: { type: "contacts", contacts: [card] } },
  ];
}

export function replySamples({ earlier, businessNumber }: SampleIds): readonly Sample[] {
  const context = { from: businessNumber, id: earlier };
  const interactive = (type: string, reply: Json): Json => ({
    context,
    type: "interactive",
    interactive: { type, [type]: reply },
  });
  const form = { flow_token: "pesquisa-1", nota: "5", comentário: "ótimo, voltarei/compro" };
  const product = { product_retailer_id: "cafe-500g", quantity: 2, item_price: 38.9, currency: "BRL" };
  return [
    { name: "button reply", message: interactive("button_reply", { id: "confirmar", title: "Confirmar ✅" }) },
    {
      name: "list reply",
      message: interactive("list_reply", { id: "entrega-sp", title: "São Paulo", description: "Até 2 dias úteis" }),
    },
    {
      name: "flow reply",
      message: interactive("nfm_reply", { name: "flow", body: "Sent", response_json: JSON.stringify(form) }),
    },
    { name: "template button", message: { context, type: "button", button: { payload: "Não", text: "Não" } } },
    {
      name: "order",
      message: {
        context,
        type: "order",
        order: { catalog_id: "733120945108", text: "É para sábado", product_items: [product] },
      },
    },
    { name: "reaction", message: { type: "reaction", reaction: { message_id: earlier, emoji: "❤️" } } },
    { name: "reaction removed", message: { type: "reaction", reaction: { message_id: earlier } } },
  ];
}

export function noticeSamples({ earlier }: SampleIds): readonly Sample[] {
  const details = "Message type is currently not supported.";
  const unsupported = {
    code: 131051,
    title: "Message type unknown",
    message: "Message type unknown",
    error_data: { details },
  };
  const edited = { type: "text", text: { body: "Corrigindo: são três caixas" } };
  return [
    { name: "edit", message: { type: "edit", edit: { original_message_id: earlier, message: edited } } },
    { name: "revoke", message: { type: "revoke", revoke: { original_message_id: earlier } } },
    {
      name: "unsupported",
      message: { type: "unsupported", errors: [unsupported], unsupported: { type: "poll_creation" } },
    },
  ];
}

export function numberChanged(from: string, to: string): Sample {
  const system = { body: `User A changed from ${from} to ${to}`, wa_id: to, type: "user_changed_number" };
  return { name: "number changed", message: { type: "system", system } };
}
