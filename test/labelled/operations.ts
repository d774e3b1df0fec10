/** What sides do beside sending: marks, typing, files, other APIs, declared events. */
import { ana, api, called, event, image, read, text, typing, uploaded } from "./calls.ts";
import { type Labelled, outside } from "./pair.ts";

const first = "wamid.HBgLNDQ3NzAwOTAwMTIzFQIAEhgUMQA=";
const second = "wamid.HBgLNDQ3NzAwOTAwMTIzFQIAEhgUMgA=";

const graph = (method: string, target: string, body?: unknown) =>
  called(method, target, body === undefined ? {} : { body: JSON.stringify(body) });
const form = (fields: string) =>
  called("POST", "/orders", { upstream: "crm", type: "application/x-www-form-urlencoded", body: fields });

export const operations: readonly Labelled[] = [
  outside("the same mark", [[read(first)], [read(first)]]),
  outside("no mark", [[read(first)], []], "minor missing /effects/mark-read/0"),
  outside("a mark too many", [[], [read(first)]], "minor extra /effects/mark-read/0"),
  outside("a mark twice", [[read(first)], [read(first), read(first)]], "minor duplicated /effects/mark-read/0"),
  outside(
    "a mark on another message",
    [[read(first)], [read(second)]],
    "minor missing /effects/mark-read/0",
    "minor extra /effects/mark-read/0",
  ),
  outside("the mark after the answer", [
    [read(first), text(ana, "Oi")],
    [text(ana, "Oi"), read(first)],
  ]),
  outside("typing shown by both", [[typing(first)], [typing(first)]]),
  outside(
    "typing shown beside the mark",
    [[read(first)], [typing(first)]],
    "minor added /effects/mark-read/0/typing_indicator",
  ),
  outside(
    "typing shown no longer",
    [[typing(first)], [read(first)]],
    "minor removed /effects/mark-read/0/typing_indicator",
  ),
  outside(
    "typing shown after the mark",
    [[read(first)], [read(first), typing(first)]],
    "minor extra /effects/typing/0",
  ),
  outside("no typing", [[typing(first)], []], "minor missing /effects/typing/0"),

  outside("the same file", [[uploaded("jpeg", "901")], [uploaded("jpeg", "902")]]),
  outside("the same file under another boundary", [
    [uploaded("jpeg", "901")],
    [uploaded("jpeg", "902", "image/jpeg", "----outro")],
  ]),
  outside(
    "another file of the same size",
    [[uploaded("jpeg", "901")], [uploaded("jpej", "902")]],
    "major changed /effects/media-upload/0/file/sha256",
  ),
  outside(
    "another file of another size",
    [[uploaded("jpeg", "901")], [uploaded("jpeg2", "902")]],
    "major changed /effects/media-upload/0/file/sha256",
    "major changed /effects/media-upload/0/file/size",
  ),
  outside(
    "a file of another type",
    [[uploaded("a", "901")], [uploaded("a", "902", "image/png")]],
    "major changed /effects/media-upload/0/file/type",
  ),
  outside("no file", [[uploaded("a", "901")], []], "major missing /effects/media-upload/0"),
  outside(
    "a file twice",
    [[uploaded("a", "901")], [uploaded("a", "902"), uploaded("a", "903")]],
    "major duplicated /effects/media-upload/0",
  ),
  outside("a picture that each side handed in itself", [
    [uploaded("a", "901"), image(ana, "901")],
    [uploaded("a", "902"), image(ana, "902")],
  ]),
  outside(
    "another picture, handed in itself",
    [
      [uploaded("a", "901"), image(ana, "901")],
      [uploaded("b", "902"), image(ana, "902")],
    ],
    "major changed /effects/media-upload/0/file/sha256",
  ),
  outside("a picture known before", [[image(ana, "700")], [image(ana, "700")]]),
  outside(
    "another picture known before",
    [[image(ana, "700")], [image(ana, "701")]],
    "major changed /effects/send.image/0/media/0",
  ),
  outside(
    "a caption of a picture that each side handed in",
    [
      [uploaded("a", "901"), image(ana, "901", "Azul")],
      [uploaded("a", "902"), image(ana, "902", "Verde")],
    ],
    "critical changed /effects/send.image/0/image/caption",
  ),
  outside("a file deleted by both", [[graph("DELETE", "/v23.0/901")], [graph("DELETE", "/v23.0/901")]]),
  outside("a file looked up by one side", [[graph("GET", "/v23.0/901")], []]),

  outside("the same order at the CRM", [
    [api("POST", "/orders", { id: 7, total: 12.9 })],
    [api("POST", "/orders", { total: 12.9, id: 7 })],
  ]),
  outside("no order at the CRM", [[api("POST", "/orders", { id: 7 })], []], "major missing /effects/write.crm/0"),
  outside(
    "an order too many at the CRM",
    [[], [api("POST", "/orders", { id: 7 })]],
    "major extra /effects/write.crm/0",
  ),
  outside(
    "an order twice at the CRM",
    [[api("POST", "/orders", { id: 7 })], [api("POST", "/orders", { id: 7 }), api("POST", "/orders", { id: 7 })]],
    "major duplicated /effects/write.crm/0",
  ),
  outside(
    "another total at the CRM",
    [[api("POST", "/orders", { id: 7, total: 12.9 })], [api("POST", "/orders", { id: 7, total: 13.9 })]],
    "critical changed /effects/write.crm/0/body/total",
  ),
  outside(
    "a member left out at the CRM",
    [[api("POST", "/orders", { id: 7, note: "a" })], [api("POST", "/orders", { id: 7 })]],
    "major removed /effects/write.crm/0/body/note",
  ),
  outside(
    "null for a member at the CRM",
    [[api("POST", "/orders", { note: null })], [api("POST", "/orders", { note: "" })]],
    "major type /effects/write.crm/0/body/note",
  ),
  outside(
    "at another path of the CRM",
    [[api("POST", "/orders", { id: 7 })], [api("POST", "/carts", { id: 7 })]],
    "major missing /effects/write.crm/0",
    "major extra /effects/write.crm/0",
  ),
  outside(
    "by another method",
    [[api("PUT", "/orders/7", { a: 1 })], [api("PATCH", "/orders/7", { a: 1 })]],
    "major missing /effects/write.crm/0",
    "major extra /effects/write.crm/0",
  ),
  outside(
    "another query",
    [[api("POST", "/orders?dry=0", { a: 1 })], [api("POST", "/orders?dry=1", { a: 1 })]],
    "major changed /effects/write.crm/0/query/dry/0",
  ),
  outside("read by one side only", [[api("GET", "/customers/7")], []]),
  outside("two writes in another order", [
    [api("POST", "/a", 1), api("POST", "/b", 2)],
    [api("POST", "/b", 2), api("POST", "/a", 1)],
  ]),
  outside("deleted by the candidate alone", [[], [api("DELETE", "/customers/7")]], "major extra /effects/write.crm/0"),
  outside(
    "at another API",
    [[api("POST", "/t", 1)], [api("POST", "/t", 1, "tickets")]],
    "major missing /effects/write.crm/0",
    "major extra /effects/write.tickets/0",
  ),
  outside(
    "the message that is answered",
    [[api("POST", "/notes", { reply_to: first })], [api("POST", "/notes", { reply_to: second })]],
    "noise(wamid) changed /effects/write.crm/0/body/reply_to",
  ),
  outside(
    "an appointment an hour off",
    [[api("POST", "/slots", { at: "2026-08-01T10:00:00Z" })], [api("POST", "/slots", { at: "2026-08-01T11:00:00Z" })]],
    "major changed /effects/write.crm/0/body/at",
  ),
  outside(
    "a form",
    [[form("id=7&total=12.90")], [form("id=7&total=13.90")]],
    "critical changed /effects/write.crm/0/body/total/0",
  ),
  outside("a form's spelling", [[form("name=Ana+Lima")], [form("name=Ana%20Lima")]]),
  outside(
    "a product put in front at the CRM",
    [[api("POST", "/carts", { items: ["b", "c"] })], [api("POST", "/carts", { items: ["a", "b", "c"] })]],
    "major added /effects/write.crm/0/body/items/0",
  ),

  outside("the same event", [[event("order_created", { id: 7 })], [event("order_created", { id: 7 })]]),
  outside("no event", [[event("order_created", { id: 7 })], []], "major missing /effects/event.order_created/0"),
  outside("an event too many", [[], [event("order_created", { id: 7 })]], "major extra /effects/event.order_created/0"),
  outside("an event twice", [[event("a", 1)], [event("a", 1), event("a", 1)]], "major duplicated /effects/event.a/0"),
  outside(
    "another value in an event",
    [[event("order_created", { id: 7, total: 1 })], [event("order_created", { id: 7, total: 2 })]],
    "critical changed /effects/event.order_created/0/total",
  ),
  outside(
    "a value of another type in an event",
    [[event("a", { id: 7 })], [event("a", { id: "7" })]],
    "major type /effects/event.a/0/id",
  ),
  outside(
    "another event",
    [[event("order_created", {})], [event("order_paid", {})]],
    "major missing /effects/event.order_created/0",
    "major extra /effects/event.order_paid/0",
  ),
  outside("events in another order", [
    [event("a", 1), event("b", 2)],
    [event("b", 2), event("a", 1)],
  ]),
  outside(
    "a failed publication",
    [[event("a", 1)], [event("a", 1, "publish-failure")]],
    "major missing /effects/event.a/0",
    "major extra /effects/publish-failure.a/0",
  ),
  outside(
    "another assignment",
    [[event("support", { queue: "a" }, "assignment")], [event("support", { queue: "b" }, "assignment")]],
    "major changed /effects/assignment.support/0/queue",
  ),
];
