/** Messages with parts: templates, buttons, lists, flows, orders. What their receiver sees is critical, handles are major. */
import { ana, buttons, flow, list, order, posted, template, templateOf, text } from "./calls.ts";
import { type Labelled, outside } from "./pair.ts";

const yes = { id: "sim", title: "Sim" };
const no = { id: "nao", title: "Não" };
const rows = [
  { id: "sp", title: "São Paulo", description: "Até 2 dias" },
  { id: "rj", title: "Rio de Janeiro", description: "Até 4 dias" },
];
const sp = { id: "sp", title: "São Paulo", description: "Até 2 dias" };
const rj = { id: "rj", title: "Rio de Janeiro", description: "Até 4 dias" };
const es = { id: "es", title: "Vitória", description: "Até 5 dias" };

const bread = { name: "Pão", quantity: 2, cents: 150 };
const coffee = { name: "Café", quantity: 1, cents: 3890 };

const inBody = (...parameters: readonly object[]) => [{ type: "body", parameters }];
const money = (thousandths: number, code = "BRL") => ({
  type: "currency",
  currency: { fallback_value: "R$", code, amount_1000: thousandths },
});
const parameter = "/effects/send.template/0/template/components/0/parameters/0";
const rowsAt = "/effects/send.interactive/0/interactive/action/sections/0/rows";
const paying = "/effects/send.interactive/0/interactive/action/parameters";
const button = (index: string | number, payload: string, subType = "quick_reply") => ({
  type: "button",
  sub_type: subType,
  index,
  parameters: [{ type: "payload", payload }],
});
const bare = { name: "aviso", language: { code: "pt_BR" } };
const bareTemplate = (more: object) => posted({ to: ana, type: "template", template: { ...bare, ...more } });

export const messages: readonly Labelled[] = [
  outside("the same template", [
    [template(ana, "pedido_enviado", ["Ana", "7"])],
    [template(ana, "pedido_enviado", ["Ana", "7"])],
  ]),
  outside(
    "another template",
    [[template(ana, "pedido_enviado")], [template(ana, "pedido_pago")]],
    "critical changed /effects/send.template/0/template/name",
  ),
  outside(
    "a template in another language",
    [[template(ana, "aviso")], [template(ana, "aviso", [], "en_US")]],
    "critical changed /effects/send.template/0/template/language/code",
  ),
  outside(
    "a parameter of a template",
    [[template(ana, "aviso", ["Ana"])], [template(ana, "aviso", ["Bia"])]],
    `critical changed ${parameter}/text`,
  ),
  outside(
    "an empty parameter",
    [[template(ana, "aviso", ["Ana"])], [template(ana, "aviso", [""])]],
    `critical changed ${parameter}/text`,
  ),
  outside(
    "a parameter more",
    [[template(ana, "aviso", ["Ana"])], [template(ana, "aviso", ["Ana", "7"])]],
    "critical added /effects/send.template/0/template/components/0/parameters/1",
  ),
  outside(
    "a parameter at the front",
    [[template(ana, "aviso", ["7"])], [template(ana, "aviso", ["Ana", "7"])]],
    "critical added /effects/send.template/0/template/components/0/parameters/0",
  ),
  outside(
    "no parameters",
    [[template(ana, "aviso", ["Ana"])], [template(ana, "aviso")]],
    "critical removed /effects/send.template/0/template/components",
  ),
  outside(
    "parameters turned",
    [[template(ana, "aviso", ["Ana", "segunda-feira"])], [template(ana, "aviso", ["segunda-feira", "Ana"])]],
    `critical removed ${parameter}`,
    "critical added /effects/send.template/0/template/components/0/parameters/1",
  ),
  outside("the same template, another policy's spelling", [
    [bareTemplate({})],
    [bareTemplate({ language: { code: "pt_BR", policy: "deterministic" } })],
  ]),
  outside("no components against an empty list", [[bareTemplate({})], [bareTemplate({ components: [] })]]),
  outside("words of a template in capitals", [
    [templateOf(ana, "a", [{ type: "body", parameters: [] }])],
    [templateOf(ana, "a", [{ type: "BODY", parameters: [] }])],
  ]),
  outside("an index as number and as text", [
    [templateOf(ana, "a", [button(0, "x")])],
    [templateOf(ana, "a", [button("0", "x")])],
  ]),
  outside(
    "another index",
    [[templateOf(ana, "a", [button(0, "x")])], [templateOf(ana, "a", [button(1, "x")])]],
    "critical changed /effects/send.template/0/template/components/0/index",
  ),
  outside(
    "an amount in a template",
    [[templateOf(ana, "a", inBody(money(12900)))], [templateOf(ana, "a", inBody(money(13900)))]],
    `critical changed ${parameter}/currency/amount_1000`,
  ),
  outside(
    "a currency in a template",
    [[templateOf(ana, "a", inBody(money(12900)))], [templateOf(ana, "a", inBody(money(12900, "USD")))]],
    `critical changed ${parameter}/currency/code`,
  ),
  outside(
    "a template for a text of the same words",
    [[text(ana, "aviso")], [template(ana, "aviso")]],
    "critical changed /effects/send/0/type",
  ),

  outside("the same buttons", [[buttons(ana, "Confirma?", [yes, no])], [buttons(ana, "Confirma?", [yes, no])]]),
  outside(
    "the text above buttons",
    [[buttons(ana, "Confirma?", [yes])], [buttons(ana, "Confirma isso?", [yes])]],
    "critical changed /effects/send.interactive/0/interactive/body/text",
  ),
  outside(
    "a button's title",
    [[buttons(ana, "?", [yes, no])], [buttons(ana, "?", [yes, { ...no, title: "Cancelar" }])]],
    "critical changed /effects/send.interactive/0/interactive/action/buttons/1/reply/title",
  ),
  outside(
    "a button's handle",
    [[buttons(ana, "?", [yes, no])], [buttons(ana, "?", [yes, { ...no, id: "cancelar" }])]],
    "major changed /effects/send.interactive/0/interactive/action/buttons/1/reply/id",
  ),
  outside(
    "a button less",
    [[buttons(ana, "?", [yes, no])], [buttons(ana, "?", [yes])]],
    "critical removed /effects/send.interactive/0/interactive/action/buttons/1",
  ),
  outside(
    "a button at the front",
    [[buttons(ana, "?", [yes, no])], [buttons(ana, "?", [{ id: "talvez", title: "Talvez" }, yes, no])]],
    "critical added /effects/send.interactive/0/interactive/action/buttons/0",
  ),
  outside(
    "a text for buttons",
    [[buttons(ana, "Confirma?", [yes])], [text(ana, "Confirma?")]],
    "critical changed /effects/send/0/type",
  ),

  outside("the same list", [[list(ana, "Onde?", rows)], [list(ana, "Onde?", rows)]]),
  outside(
    "a row of a list",
    [[list(ana, "Onde?", rows)], [list(ana, "Onde?", [sp, { ...rj, title: "Rio" }])]],
    `critical changed ${rowsAt}/1/title`,
  ),
  outside(
    "a description in a list",
    [[list(ana, "Onde?", rows)], [list(ana, "Onde?", [{ ...sp, description: "Até 3 dias" }, rj])]],
    `critical changed ${rowsAt}/0/description`,
  ),
  outside(
    "a row at the front",
    [[list(ana, "Onde?", [sp, rj])], [list(ana, "Onde?", [es, sp, rj])]],
    `critical added ${rowsAt}/0`,
  ),
  outside(
    "a row out of the middle",
    [[list(ana, "Onde?", [sp, es, rj])], [list(ana, "Onde?", [sp, rj])]],
    `critical removed ${rowsAt}/1`,
  ),
  outside(
    "the word on a list's button",
    [[list(ana, "Onde?", rows)], [list(ana, "Onde?", rows, "Escolher")]],
    "critical changed /effects/send.interactive/0/interactive/action/button",
  ),

  outside("the same flow", [[flow(ana, "pesquisa-1")], [flow(ana, "pesquisa-1")]]),
  outside(
    "another flow token",
    [[flow(ana, "pesquisa-1")], [flow(ana, "pesquisa-2")]],
    "major changed /effects/send.interactive/0/interactive/action/parameters/flow_token",
  ),
  outside(
    "another flow",
    [[flow(ana, "p", { flow_id: "1199" })], [flow(ana, "p", { flow_id: "1200" })]],
    `major changed ${paying}/flow_id`,
  ),
  outside(
    "the word on a flow's button",
    [[flow(ana, "p")], [flow(ana, "p", { flow_cta: "Começar" })]],
    `critical changed ${paying}/flow_cta`,
  ),

  outside("the same order", [[order(ana, [bread, coffee], 4190)], [order(ana, [bread, coffee], 4190)]]),
  outside(
    "an order's total",
    [[order(ana, [bread], 300)], [order(ana, [bread], 310)]],
    `critical changed ${paying}/total_amount/value`,
  ),
  outside(
    "an order's total, a cent",
    [[order(ana, [bread], 300)], [order(ana, [bread], 301)]],
    `critical changed ${paying}/total_amount/value`,
  ),
  outside(
    "an order's reference",
    [[order(ana, [bread], 300, "pedido-7")], [order(ana, [bread], 300, "pedido-8")]],
    `major changed ${paying}/reference_id`,
  ),
  outside(
    "a quantity in an order",
    [[order(ana, [bread, coffee], 4190)], [order(ana, [{ ...bread, quantity: 3 }, coffee], 4190)]],
    `critical changed ${paying}/order/items/0/quantity`,
  ),
  outside(
    "an item at the front of an order",
    [[order(ana, [coffee], 3890)], [order(ana, [bread, coffee], 3890)]],
    `critical added ${paying}/order/items/0`,
  ),
  outside(
    "an item and the total",
    [[order(ana, [bread, coffee], 4190)], [order(ana, [coffee], 3890)]],
    `critical removed ${paying}/order/items/0`,
    `critical changed ${paying}/total_amount/value`,
  ),
  outside("members in another order", [
    [posted({ to: ana, type: "interactive", interactive: { type: "button", body: { text: "a" } } })],
    [posted({ interactive: { body: { text: "a" }, type: "button" }, type: "interactive", to: ana })],
  ]),
  outside("defaults left out", [
    [posted({ recipient_type: "individual", to: ana, type: "text", text: { body: "Oi", preview_url: false } })],
    [posted({ to: ana, text: { body: "Oi" } })],
  ]),
  outside("a message of a kind that is not known", [
    [posted({ to: ana, type: "hologram", hologram: { text: "a" } })],
    [posted({ to: ana, type: "hologram", hologram: { text: "a" } })],
  ]),
  outside(
    "a message of a kind that is not known, saying something else",
    [
      [posted({ to: ana, type: "hologram", hologram: { text: "a" } })],
      [posted({ to: ana, type: "hologram", hologram: { text: "b" } })],
    ],
    "critical changed /effects/send.other/0/hologram/text",
  ),
  outside("the sender's own tracking data", [
    [posted({ to: ana, type: "text", text: { body: "Oi" }, biz_opaque_callback_data: "a" })],
    [posted({ to: ana, type: "text", text: { body: "Oi" }, biz_opaque_callback_data: "b" })],
  ]),
];
