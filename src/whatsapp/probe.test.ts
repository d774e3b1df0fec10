import { expect, it } from "vitest";
import { probeDelivery } from "./probe.ts";
import { providers } from "./providers.ts";
import { identify } from "./sample.ts";

it("is a delivery of one text message in Meta's shape, and says what it is", () => {
  const body = probeDelivery({
    id: "wamid.P",
    shopper: "999123456789",
    phone: "104452097716532",
    atMs: 1_790_000_000_500,
  });
  expect(identify(providers.meta, body.toString())).toMatchObject({
    items: [{ id: "wamid.P", kind: "message.text", shopper: "999123456789", phone: "104452097716532" }],
  });
  expect(body.toString()).toContain('"timestamp":"1790000000"');
  expect(body.toString()).toContain("Sombra probe");
});
