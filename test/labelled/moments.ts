/** What writes and events have that is new in each copy, and what only looks so. */
import { api, event, failing, nowMs } from "./calls.ts";
import { type Labelled, outside } from "./pair.ts";

const one = "7f1d2c3a-0b4e-4a5f-8c6d-1e2f3a4b5c6d";
const two = "0b2c4d6e-8f1a-4b3c-9d5e-7f6a5b4c3d2e";
const three = "5c3d2e1f-4a5b-4c6d-8e7f-9a8b7c6d5e4f";
const later = (ms: number): string => new Date(nowMs + ms).toISOString();

export const moments: readonly Labelled[] = [
  outside(
    "the moment of the call",
    [[api("POST", "/orders", { at: later(10) })], [api("POST", "/orders", { at: later(1500) })]],
    "noise(time) changed /effects/write.crm/0/body/at",
  ),
  outside(
    "the moment in the query",
    [[api("POST", `/orders?ts=${nowMs + 7}`, 1)], [api("POST", `/orders?ts=${nowMs + 919}`, 1)]],
    "noise(time) changed /effects/write.crm/0/query/ts/0",
  ),
  outside(
    "the id of the request itself",
    [[api("POST", "/orders", { idempotency_key: one })], [api("POST", "/orders", { idempotency_key: two })]],
    "noise(uuid) changed /effects/write.crm/0/body/idempotency_key",
  ),
  outside(
    "another order cancelled",
    [[api("POST", "/orders", { id: one, op: "cancel" })], [api("POST", "/orders", { id: two, op: "cancel" })]],
    "major changed /effects/write.crm/0/body/id",
  ),
  outside(
    "an item of another order",
    [
      [api("POST", "/items", { order_id: one, lines: [{ productId: one }] })],
      [api("POST", "/items", { order_id: two, lines: [{ productId: two }] })],
    ],
    "major changed /effects/write.crm/0/body/order_id",
    "major changed /effects/write.crm/0/body/lines/0/productId",
  ),
  outside(
    "one of two orders is not cancelled",
    [
      [api("POST", "/orders", { id: one, op: "cancel" }), api("POST", "/orders", { id: two, op: "cancel" })],
      [api("POST", "/orders", { id: one, op: "cancel" })],
    ],
    "major missing /effects/write.crm/1",
  ),
  outside(
    "times exchanged",
    [
      [api("POST", "/slots", { from: later(0), until: later(300_000) })],
      [api("POST", "/slots", { from: later(300_000), until: later(0) })],
    ],
    "major changed /effects/write.crm/0/body/from",
    "major changed /effects/write.crm/0/body/until",
  ),
  outside(
    "two writes, each at its moment",
    [
      [api("POST", "/log", { at: later(10), say: "a" }), api("POST", "/log", { at: later(20), say: "b" })],
      [api("POST", "/log", { at: later(911), say: "a" }), api("POST", "/log", { at: later(922), say: "b" })],
    ],
    "noise(time) changed /effects/write.crm/0/body/at",
    "noise(time) changed /effects/write.crm/1/body/at",
  ),
  outside(
    "a write made twice, each with a request id and a time of its own",
    [
      [api("POST", "/orders", { request_id: one, at: later(10), sku: 7 })],
      [
        api("POST", "/orders", { request_id: two, at: later(20), sku: 7 }),
        api("POST", "/orders", { request_id: three, at: later(30), sku: 7 }),
      ],
    ],
    "major duplicated /effects/write.crm/0",
    "noise(uuid) changed /effects/write.crm/0/body/request_id",
    "noise(time) changed /effects/write.crm/0/body/at",
  ),
  outside("a write refused, and made again with a request id of its own", [
    [failing(api("POST", "/orders", { request_id: one, sku: 7 })), api("POST", "/orders", { request_id: two, sku: 7 })],
    [api("POST", "/orders", { request_id: two, sku: 7 })],
  ]),
  outside(
    "the moment of an event",
    [[event("a", { at: later(10) })], [event("a", { at: later(900) })]],
    "noise(time) changed /effects/event.a/0/at",
  ),
  outside(
    "the id of an event",
    [[event("a", { id: one, sku: 7 })], [event("a", { id: two, sku: 7 })]],
    "noise(uuid) changed /effects/event.a/0/id",
  ),
  outside(
    "an event twice, each with an id of its own",
    [[event("a", { id: one, sku: 7 })], [event("a", { id: two, sku: 7 }), event("a", { id: three, sku: 7 })]],
    "major duplicated /effects/event.a/0",
    "noise(uuid) changed /effects/event.a/0/id",
  ),
];
