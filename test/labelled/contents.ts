/** What customers get: what messages say, quote, show and name. */
import { ana, buttons, contact, flow, linked, list, located, posted, quoting, reaction, text } from "./calls.ts";
import { type Labelled, outside } from "./pair.ts";

const one = "7f1d2c3a-0b4e-4a5f-8c6d-1e2f3a4b5c6d";
const two = "0b2c4d6e-8f1a-4b3c-9d5e-7f6a5b4c3d2e";
const hello = text(ana, "Olá! Em que posso ajudar?");
const bye = text(ana, "Até logo");

export const contents: readonly Labelled[] = [
  outside("another text", [[hello], [text(ana, "Oi, tudo bem?")]], "critical changed /effects/send.text/0/text/body"),
  outside(
    "a price in a text",
    [[text(ana, "R$ 12,90")], [text(ana, "R$ 13,90")]],
    "critical changed /effects/send.text/0/text/body",
  ),
  outside(
    "a space in a text",
    [[text(ana, "Olá Ana")], [text(ana, "Olá  Ana")]],
    "critical changed /effects/send.text/0/text/body",
  ),
  outside(
    "a space at a text's end",
    [[text(ana, "Olá")], [text(ana, "Olá ")]],
    "critical changed /effects/send.text/0/text/body",
  ),
  outside("capitals", [[text(ana, "Pix")], [text(ana, "PIX")]], "critical changed /effects/send.text/0/text/body"),
  outside("an accent", [[text(ana, "Olá")], [text(ana, "Ola")]], "critical changed /effects/send.text/0/text/body"),
  outside(
    "an accent decomposed",
    [[text(ana, "Olá")], [text(ana, "Ola\u0301")]],
    "critical changed /effects/send.text/0/text/body",
  ),
  outside("another emoji", [[text(ana, "👍")], [text(ana, "👎")]], "critical changed /effects/send.text/0/text/body"),
  outside("a line feed", [[text(ana, "a\nb")], [text(ana, "a b")]], "critical changed /effects/send.text/0/text/body"),
  outside("an empty text", [[text(ana, "Oi")], [text(ana, "")]], "critical changed /effects/send.text/0/text/body"),
  outside(
    "a text that says undefined",
    [[text(ana, "Olá Ana")], [text(ana, "Olá undefined")]],
    "critical changed /effects/send.text/0/text/body",
  ),
  outside(
    "another text of two",
    [
      [hello, bye],
      [hello, text(ana, "Tchau")],
    ],
    "critical changed /effects/send.text/1/text/body",
  ),
  outside(
    "both texts",
    [
      [text(ana, "Pedido 1 a caminho"), text(ana, "Obrigada")],
      [text(ana, "Pedido 2 a caminho"), text(ana, "Obrigado")],
    ],
    "critical changed /effects/send.text/0/text/body",
    "critical changed /effects/send.text/1/text/body",
  ),
  outside(
    "a text cut in two",
    [[text(ana, "Olá Ana. Seu pedido chegou.")], [text(ana, "Olá Ana."), text(ana, "Seu pedido chegou.")]],
    "critical changed /effects/send.text/0/text/body",
    "critical extra /effects/send.text/0 or /effects/send.text/1",
  ),
  outside(
    "two texts made one",
    [[text(ana, "Olá Ana."), text(ana, "Seu pedido chegou.")], [text(ana, "Olá Ana. Seu pedido chegou.")]],
    "critical changed /effects/send.text/0/text/body or /effects/send.text/1/text/body",
    "critical missing /effects/send.text/0 or /effects/send.text/1",
  ),

  outside(
    "a picture for a text",
    [[text(ana, "Oi")], [linked(ana, "image", "https://loja.example/a.jpg")]],
    "critical changed /effects/send/0/type",
  ),
  outside(
    "a template for a text",
    [[text(ana, "Oi")], [posted({ to: ana, type: "template", template: { name: "oi", language: { code: "pt_BR" } } })]],
    "critical changed /effects/send/0/type",
  ),

  outside("a quote of the same message", [[quoting(ana, "Sim", "wamid.IN.1")], [quoting(ana, "Sim", "wamid.IN.1")]]),
  outside(
    "a quote of another message",
    [[quoting(ana, "Sim", "wamid.IN.1")], [quoting(ana, "Sim", "wamid.IN.2")]],
    "major changed /effects/send.text/0/message_id",
  ),
  outside(
    "no quote",
    [[quoting(ana, "Sim", "wamid.IN.1")], [text(ana, "Sim")]],
    "major removed /effects/send.text/0/context",
  ),
  outside(
    "a quote where there was none",
    [[text(ana, "Sim")], [quoting(ana, "Sim", "wamid.IN.1")]],
    "major added /effects/send.text/0/context",
  ),
  outside(
    "a link's preview",
    [
      [text(ana, "https://a.example")],
      [posted({ to: ana, type: "text", text: { body: "https://a.example", preview_url: true } })],
    ],
    "major added /effects/send.text/0/text/preview_url",
  ),

  outside("the same picture by its link", [
    [linked(ana, "image", "https://loja.example/a.jpg")],
    [linked(ana, "image", "https://loja.example/a.jpg")],
  ]),
  outside(
    "another link of a picture",
    [[linked(ana, "image", "https://loja.example/a.jpg")], [linked(ana, "image", "https://loja.example/b.jpg")]],
    "critical changed /effects/send.image/0/image/link",
  ),
  ...["image", "document", "video", "audio", "sticker"].map((type) =>
    outside(
      `another person's ${type} behind a random id`,
      [[linked(ana, type, `https://a.example/p/${one}`)], [linked(ana, type, `https://a.example/p/${two}`)]],
      `critical changed /effects/send.${type}/0/${type}/link`,
    ),
  ),
  outside(
    "another person's picture behind a random token",
    [
      [linked(ana, "image", "https://a.example/p/a8F3kQ9zLx27BvT1.jpg")],
      [linked(ana, "image", "https://a.example/p/Zk81mQp0Ty63WnR4.jpg")],
    ],
    "critical changed /effects/send.image/0/image/link",
  ),
  outside(
    "a button that confirms another order",
    [
      [buttons(ana, "Confirmar?", [{ id: `confirm:${one}`, title: "Sim" }])],
      [buttons(ana, "Confirmar?", [{ id: `confirm:${two}`, title: "Sim" }])],
    ],
    "major changed /effects/send.interactive/0/interactive/action/buttons/0/reply/id",
  ),
  outside(
    "a row of a list that is another order",
    [[list(ana, "Qual?", [{ id: one, title: "Azul" }])], [list(ana, "Qual?", [{ id: two, title: "Azul" }])]],
    "major changed /effects/send.interactive/0/interactive/action/sections/0/rows/0/id",
  ),
  outside(
    "what a flow is opened with",
    [
      [flow(ana, "t", { flow_action_payload: { data: { order: one } } })],
      [flow(ana, "t", { flow_action_payload: { data: { order: two } } })],
    ],
    "major changed /effects/send.interactive/0/interactive/action/parameters/flow_action_payload/data/order",
  ),
  outside(
    "another caption",
    [
      [linked(ana, "image", "https://a.example/a", { caption: "Azul" })],
      [linked(ana, "image", "https://a.example/a", { caption: "Verde" })],
    ],
    "critical changed /effects/send.image/0/image/caption",
  ),
  outside(
    "no caption",
    [[linked(ana, "image", "https://a.example/a", { caption: "Azul" })], [linked(ana, "image", "https://a.example/a")]],
    "critical removed /effects/send.image/0/image/caption",
  ),
  outside(
    "another file name",
    [
      [linked(ana, "document", "https://a.example/a", { filename: "nota.pdf" })],
      [linked(ana, "document", "https://a.example/a", { filename: "recibo.pdf" })],
    ],
    "critical changed /effects/send.document/0/document/filename",
  ),
  outside(
    "a picture sent as a document",
    [[linked(ana, "image", "https://a.example/a")], [linked(ana, "document", "https://a.example/a")]],
    "critical changed /effects/send/0/type",
  ),
  outside("the same place", [[located(ana, -23.5614, -46.6559, "Loja")], [located(ana, -23.5614, -46.6559, "Loja")]]),
  outside(
    "a place elsewhere",
    [[located(ana, -23.5614, -46.6559, "Loja")], [located(ana, -23.5615, -46.6559, "Loja")]],
    "critical changed /effects/send.location/0/location/latitude",
  ),
  outside(
    "a place's name",
    [[located(ana, -23.5614, -46.6559, "Loja")], [located(ana, -23.5614, -46.6559, "Café")]],
    "critical changed /effects/send.location/0/location/name",
  ),
  outside(
    "a number of a contact",
    [[contact(ana, "Loja", "+44 7700 900321")], [contact(ana, "Loja", "+44 7700 900322")]],
    "critical changed /effects/send.contacts/0/contacts/0/phones/0/phone",
  ),
  outside("the same reaction", [[reaction(ana, "wamid.IN.1", "❤️")], [reaction(ana, "wamid.IN.1", "❤️")]]),
  outside(
    "another emoji as reaction",
    [[reaction(ana, "wamid.IN.1", "❤️")], [reaction(ana, "wamid.IN.1", "👍")]],
    "critical changed /effects/send.reaction/0/reaction/emoji",
  ),
  outside(
    "a reaction taken back",
    [[reaction(ana, "wamid.IN.1", "❤️")], [reaction(ana, "wamid.IN.1", "")]],
    "critical changed /effects/send.reaction/0/reaction/emoji",
  ),
  outside(
    "a reaction to another message",
    [[reaction(ana, "wamid.IN.1", "❤️")], [reaction(ana, "wamid.IN.2", "❤️")]],
    "major changed /effects/send.reaction/0/message_id",
  ),
];
