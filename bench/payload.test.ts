import { expect, test } from "vitest";
import { z } from "zod";
import { createPayload } from "./payload.ts";

const deliverySchema = z.object({
  entry: z.tuple([
    z.object({
      changes: z.tuple([
        z.object({
          value: z.object({
            contacts: z.tuple([z.object({ wa_id: z.string() })]),
            messages: z.tuple([z.object({ from: z.string(), id: z.string() })]),
          }),
        }),
      ]),
    }),
  ]),
});

function parse(request: Buffer): { head: string; body: string; shoppers: string[]; wamid: string } {
  const text = request.toString();
  const bodyAt = text.indexOf("\r\n\r\n") + 4;
  const body = text.slice(bodyAt);
  const { contacts, messages } = deliverySchema.parse(JSON.parse(body)).entry[0].changes[0].value;
  return { head: text.slice(0, bodyAt), body, shoppers: [contacts[0].wa_id, messages[0].from], wamid: messages[0].id };
}

test("a request is JSON of 1.2 KB, as WhatsApp writes it, with the length that its head says", () => {
  const { head, body } = parse(createPayload(8080, { path: "/webhook", payload: "delivery" })(12));
  expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}\r\n`);
  expect(Math.round(Buffer.byteLength(body) / 100)).toBe(12);
  expect(body).toMatch(/^[ -~]+$/);
  expect(body).toContain("\\u00e9");
});

test("every request has its own wamid, and names one of a thousand shoppers", () => {
  const make = createPayload(8080, { path: "/webhook", payload: "delivery" });
  const requests = [0, 1, 999, 1_000, 4_294_967_295].map(make);
  const parsed = requests.map(parse);
  expect(new Set(parsed.map(({ wamid }) => wamid)).size).toBe(parsed.length);
  expect(new Set(requests.map(({ length }) => length)).size).toBe(1);
  for (const { shoppers } of parsed) {
    expect(shoppers[0]).toBe(shoppers[1]);
    expect(shoppers[0]).toMatch(/^99901000\d{4}$/);
  }
  expect(parsed[3]?.shoppers).toEqual(parsed[0]?.shoppers);
  expect(parsed[1]?.shoppers).not.toEqual(parsed[0]?.shoppers);
});

test("a send is a text to one of a thousand shoppers", () => {
  const make = createPayload(8080, { path: "/v23.0/1/messages", payload: "send" });
  const [one = "", other = ""] = [1, 4_294_967_295].map((sequence) => make(sequence).toString());
  expect(one).toMatch(/^POST \/v23\.0\/1\/messages HTTP\/1\.1\r\n/);
  const [head = "", body = ""] = one.split("\r\n\r\n");
  expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
  expect(Math.round(Buffer.byteLength(body) / 100)).toBe(5);
  const sends = [one, other].map((request) => JSON.parse(request.split("\r\n\r\n")[1] ?? "") as unknown);
  expect(sends).toMatchObject([
    { to: "999010000001", type: "text", biz_opaque_callback_data: "0000000001" },
    { to: "999010000295", type: "text", biz_opaque_callback_data: "4294967295" },
  ]);
});
