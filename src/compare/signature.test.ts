import { expect, it } from "vitest";
import type { SignatureParts } from "./signature.ts";
import { signatureOf } from "./signature.ts";

const parts: SignatureParts = {
  route: "default",
  itemKind: "message.text",
  where: "answer",
  general: "/body/items/*/sku",
  kind: "changed",
  change: "text",
};

it("is 16 hex digits that never change", () => {
  expect(signatureOf(parts)).toBe("3799178119af9d92");
});

it("tells each part apart", () => {
  const others: readonly Partial<SignatureParts>[] = [
    {},
    { route: "other" },
    { itemKind: "status.read" },
    { where: "effect" },
    { general: "/body/items/*" },
    { kind: "type" },
    { change: "uuid" },
  ];
  expect(new Set(others.map((other) => signatureOf({ ...parts, ...other }))).size).toBe(others.length);
});

it("is the same after it was forgotten", () => {
  const before = signatureOf(parts);
  for (let i = 0; i < 5000; i += 1) signatureOf({ ...parts, route: `route-${i}` });
  expect(signatureOf(parts)).toBe(before);
});
