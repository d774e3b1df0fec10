/** XML: Twilio's TwiML, which is the reply itself, and other documents. An element's children are in its `$`. */
import { answers, bodies, type Labelled } from "./pair.ts";

const head = '<?xml version="1.0" encoding="UTF-8"?>';
const reply = (...messages: readonly string[]): string =>
  `${head}<Response>${messages.map((text) => `<Message>${text}</Message>`).join("")}</Response>`;

const plain = (text: string): string => `<Response><Message>${text}</Message></Response>`;
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");

const twiml = (name: string, legacy: string, candidate: string, ...found: readonly string[]): Labelled =>
  bodies(name, "text/xml", [legacy, candidate], ...found);

const document = (name: string, legacy: string, candidate: string, ...found: readonly string[]): Labelled =>
  bodies(name, "application/xml", [legacy, candidate], ...found);

const first = "/body/Response/$/0/Message";

export const xml: readonly Labelled[] = [
  twiml("the same reply", reply("Olá"), reply("Olá")),
  twiml("the same reply, indented", reply("Olá"), `${head}\n<Response>\n  <Message>Olá</Message>\n</Response>\n`),
  twiml("the same reply without its declaration", reply("Olá"), "<Response><Message>Olá</Message></Response>"),
  twiml("an accent as a reference", reply("Olá"), reply("Ol&#225;")),
  twiml("an accent as a hexadecimal reference", reply("Olá"), reply("Ol&#xE1;")),
  twiml("an ampersand in a section of characters", reply("A &amp; B"), reply("<![CDATA[A & B]]>")),
  twiml(
    "quotes of attributes",
    '<Response><Message to="1">a</Message></Response>',
    "<Response><Message to='1'>a</Message></Response>",
  ),
  twiml(
    "attributes in another order",
    '<Response><Message to="1" from="2">a</Message></Response>',
    '<Response><Message from="2" to="1">a</Message></Response>',
  ),
  twiml("nothing to say, written in two ways", "<Response></Response>", "<Response/>"),
  twiml(
    "a comment",
    "<Response><!-- a --><Message>a</Message></Response>",
    "<Response><Message>a</Message></Response>",
  ),

  twiml("another reply", reply("Olá"), reply("Oi"), `critical changed ${first}/$/0`),
  twiml("an accent in a reply", reply("Olá"), reply("Ola"), `critical changed ${first}/$/0`),
  twiml("no reply", reply("Olá"), "<Response/>", "critical removed /body/Response/$/0"),
  twiml("a reply where there was none", "<Response/>", reply("Olá"), "critical added /body/Response/$/0"),
  twiml("a reply too many", reply("Olá"), reply("Olá", "Tchau"), "critical added /body/Response/$/1"),
  twiml("a reply in front", reply("Tchau"), reply("Olá", "Tchau"), "critical added /body/Response/$/0"),
  twiml("a reply twice", reply("Olá"), reply("Olá", "Olá"), "critical added /body/Response/$/0 or /body/Response/$/1"),
  twiml(
    "the second of three replies is missing",
    reply("a", "b", "c"),
    reply("a", "c"),
    "critical removed /body/Response/$/1",
  ),
  twiml("an empty reply", reply("Olá"), reply(""), `critical removed ${first}/$/0`),
  twiml(
    "to somebody else",
    '<Response><Message to="+447700900123">a</Message></Response>',
    '<Response><Message to="+447700900124">a</Message></Response>',
    `critical changed ${first}/to`,
  ),
  twiml(
    "to somebody, and to whoever wrote",
    '<Response><Message to="+447700900123">a</Message></Response>',
    "<Response><Message>a</Message></Response>",
    `critical removed ${first}/to`,
  ),
  twiml(
    "a picture more",
    reply("<Body>a</Body>"),
    reply("<Body>a</Body><Media>https://a.example/a.jpg</Media>"),
    `critical added ${first}/$/1`,
  ),
  twiml(
    "another picture",
    reply("<Media>https://a.example/a.jpg</Media>"),
    reply("<Media>https://a.example/b.jpg</Media>"),
    `critical changed ${first}/$/0/Media/$/0`,
  ),
  twiml(
    "a redirect for a reply",
    reply("a"),
    "<Response><Redirect>/b</Redirect></Response>",
    "critical removed /body/Response/$/0/Message",
    "critical added /body/Response/$/0/Redirect",
  ),
  ...["text/xml", "text/html", "text/plain"].flatMap((type) => [
    bodies(
      `TwiML behind a comment, as ${type}`,
      type,
      [`<!-- bot -->\n<!-- 2 -->${plain("Olá")}`, `<!-- bot -->${plain("Oi")}`],
      `critical changed ${first}/$/0`,
    ),
    bodies(
      `TwiML with a prefix, as ${type}`,
      type,
      [
        `<t:Response xmlns:t="x"><Message>a</Message></t:Response>`,
        `<t:Response xmlns:t="x"><Message>b</Message></t:Response>`,
      ],
      "critical changed /body/{}/$/0/Message/$/0 or /body/t:Response/$/0/Message/$/0",
    ),
    bodies(
      `TwiML in UTF-16, as ${type}`,
      type,
      [utf16(plain("Olá")), utf16(plain("Oi"))],
      `critical changed ${first}/$/0`,
    ),
    bodies(
      `TwiML that is not well-formed, as ${type}`,
      type,
      [`<!-- bot -->${head}<Response><Message>Olá`, `<!-- bot -->${head}<Response><Message>Oi`],
      "critical changed /body/lines/0",
    ),
    bodies(`TwiML against nothing, as ${type}`, type, [plain("Olá"), ""], "critical removed /body"),
  ]),
  bodies("TwiML said to be HTML", "text/html", [reply("Olá"), reply("Oi")], `critical changed ${first}/$/0`),

  document("an attribute", '<order id="1"/>', '<order id="2"/>', "minor changed /body/order/id"),
  document("an attribute more", "<order/>", '<order id="2"/>', "minor added /body/order/id"),
  document("a text", "<a><b>x</b></a>", "<a><b>y</b></a>", "minor changed /body/a/$/0/b/$/0"),
  document(
    "an element at the front",
    "<a><b>1</b><b>2</b></a>",
    "<a><b>0</b><b>1</b><b>2</b></a>",
    "minor added /body/a/$/0",
  ),
  document("an element less", "<a><b>1</b><b>2</b></a>", "<a><b>1</b></a>", "minor removed /body/a/$/1"),
  document("space inside a text", "<a>x y</a>", "<a>x  y</a>", "minor changed /body/a/$/0"),
  document("another root", "<a/>", "<b/>", "minor removed /body/a", "minor added /body/b"),
  document("one that is not well-formed", "<a></a>", "<a>", "minor type /body"),
  document(
    "the case of an element",
    "<a><B/></a>",
    "<a><b/></a>",
    "minor removed /body/a/$/0/B",
    "minor added /body/a/$/0/b",
  ),
  answers(
    "XML against JSON",
    [
      { type: "application/xml", body: "<a/>" },
      { type: "application/json", body: "{}" },
    ],
    "minor type /body",
    "minor changed /headers/content-type",
  ),
];
