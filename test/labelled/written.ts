/** What writes, events and messages say to the last digit, and in which order. */
import { ana, api, called, event, posted } from "./calls.ts";
import { type Labelled, outside } from "./pair.ts";

const raw = (body: string) => called("POST", "/orders", { upstream: "crm", body });
const sku = "major changed /effects/write.crm/0/body/sku";
const parameter = (amount: string) =>
  called("POST", "/v23.0/104452097716532/messages", {
    body: `{"to":"${ana}","type":"location","location":{"latitude":${amount},"longitude":1}}`,
  });

export const written: readonly Labelled[] = [
  outside("an id that no double holds", [[raw('{"sku":9007199254740993}')], [raw('{"sku":9007199254740992}')]], sku),
  outside("a fraction that is nothing", [[raw('{"sku":1.0}')], [raw('{"sku":1}')]], sku),
  outside("an exponent", [[raw('{"sku":[1e2]}')], [raw('{"sku":[100]}')]], `${sku}/0`),
  outside(
    "a number against its text",
    [[raw('{"sku":1.0}')], [raw('{"sku":"1.0"}')]],
    "major type /effects/write.crm/0/body/sku",
  ),
  outside(
    "a text that looks like a mark",
    [[raw('{"sku":1.0}')], [raw('{"sku":"\\u0000#1.0"}')]],
    "major type /effects/write.crm/0/body/sku",
  ),
  outside("the same number", [[raw('{"a":1.0,"b":1e400}')], [raw('{"b": 1e400, "a": 1.0}')]]),
  outside(
    "a member twice",
    [[raw('{"sku":1,"sku":2}')], [raw('{"sku":2}')]],
    "major removed /effects/write.crm/0/body/sku/0",
  ),
  outside(
    "a member twice, the first one another",
    [[raw('{"sku":1,"sku":2}')], [raw('{"sku":3,"sku":2}')]],
    "major changed /effects/write.crm/0/body/sku/0",
  ),
  outside(
    "a place to the last digit",
    [[parameter("-23.56140000000000001")], [parameter("-23.56140000000000002")]],
    "critical changed /effects/send.location/0/location/latitude",
  ),
  outside(
    "opened and closed in turned order",
    [
      [api("POST", "/t/7", { state: "open" }), api("POST", "/t/7", { state: "closed" })],
      [api("POST", "/t/7", { state: "closed" }), api("POST", "/t/7", { state: "open" })],
    ],
    "major reordered /effects/write.crm",
  ),
  outside("opened and closed at two targets", [
    [api("POST", "/t/7", { state: "open" }), api("POST", "/t/8", { state: "closed" })],
    [api("POST", "/t/8", { state: "closed" }), api("POST", "/t/7", { state: "open" })],
  ]),
  outside("two events of one name in turned order", [
    [event("a", 1), event("a", 2)],
    [event("a", 2), event("a", 1)],
  ]),
  outside("a message that no JSON reads", [
    [posted({ to: ana, type: "text", text: { body: "\u0000#1" } })],
    [posted({ to: ana, type: "text", text: { body: "\u0000#1" } })],
  ]),
];
