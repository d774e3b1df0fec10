import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { isToken } from "./tokens.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function random(alphabet: string, length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join("");
}

it.each<[string, () => string, number]>([
  ["hex, 24 digits", () => random("0123456789abcdef", 24), 0.97],
  ["hex, 64 digits", () => random("0123456789abcdef", 64), 0.99],
  ["Twilio's ids", () => `SM${random("0123456789abcdef", 32)}`, 0.98],
  ["ULIDs", () => random("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 26), 0.92],
  ["base 36, 25 characters", () => random("abcdefghijklmnopqrstuvwxyz0123456789", 25), 0.88],
  ["base 62, 16 characters", () => random(`${letters}0123456789`, 16), 0.9],
  ["base64url, 43 characters", () => random(`${letters}0123456789-_`, 43), 0.98],
])("%s are tokens, nearly always", (_, make, share) => {
  const found = Array.from({ length: 2_000 }, make).filter(isToken).length;
  expect(found / 2_000).toBeGreaterThan(share);
});

it.each([
  "5511999990000",
  "+5511999990000000",
  "+55-11-99999-0000-0000",
  "R$ 1.234.567,89",
  "1234567890123456.78",
  "confirmacaoDePedidoRecebido",
  "aVeryLongCamelCaseNameOfAThing",
  "whatsappBusinessAccountIdV24",
  "WHATSAPP_CANONICAL_EVENTS_ENABLED",
  "order_confirmation_v2_2026",
  "SUMMER_SALE_2026_10OFF",
  "iPhone15ProMax256GB2026",
  "SamsungGalaxyS24Ultra512GB",
  "PEDIDO-2026-000123",
  "XK9-22P-QQ1-77Z-88A",
  "DE89370400440532013000",
  "IMG20261121WA0042",
  "images/2026/11/photo12345",
  "20261121T104500Z",
  "v24.0.0-beta.3+build.7712",
  "XXXXXXXXXXXXXXXXXXXXXXXX",
  "abc123",
  "X7K2-9QWE-81ZT-3M4P",
  "B5L1-0RTY-27VU-6N8S",
  "9fceb02d0ae598e95dc970b74767f19372d61af8",
  "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYWRtaW4ifQ.abc123XYZ",
  Buffer.from("Seu pedido 1234 chegou hoje às 10h").toString("base64"),
  Buffer.from("screen PAY amount 12.90 pedido 77").toString("base64url"),
  randomBytes(600).toString("base64"),
  [36, 120, 43].map((n) => random(`${letters}0123456789-_`, n)).join("."),
  "a3f8 91bc 77de 02aa",
])("%s is none", (text) => {
  expect(isToken(text)).toBe(false);
});
