import { expect, test } from "vitest";
import { recipientOf } from "./opened.ts";

test.each([
  ["447700900123", "customer-7", "447700900123"],
  ["GB.1349", "447700900123", "447700900123"],
  ["GB.1349", "customer-7", "GB.1349"],
  [null, "customer-7", "customer-7"],
  [null, null, null],
])("calls for the person %j, shopper %j, name %j", (person, shopper, recipient) => {
  expect(recipientOf(person, shopper)).toBe(recipient);
});
