import { describe, expect, it } from "vitest";
import { declaredEffect } from "./declared-effect.ts";
import { atMs } from "./sample.ts";

describe("a declared effect", () => {
  const declared = { side: "candidate", atMs, traceId: null, exchange: "e", disposition: "held" } as const;

  it.each([
    ["event", "order.created", "event.order.created"],
    ["publish-failure", "order_created", "publish-failure.order_created"],
    ["assignment", "sales", "assignment.sales"],
    ["event", "447700900123", "event.other"],
    ["event", "a1b2c3d4e5", "event.other"],
    ["event", "Zoë Ibáñez", "event.other"],
    ["event", "", "event.other"],
  ] as const)("of kind %s named %j is %s", (kind, name, word) => {
    const made = declaredEffect({ ...declared, kind, name, payload: { b: 1, a: 2 } });
    expect(made).toMatchObject({
      operation: "event",
      kind: word,
      payload: { a: 2, b: 1 },
      exchange: "e",
      succeeded: true,
    });
    expect(made.target).toBe(word.endsWith(".other") ? name : null);
  });

  it("may have any payload", () => {
    const payloadOf = (payload: unknown) => declaredEffect({ ...declared, kind: "event", name: "a", payload }).payload;
    expect(payloadOf(undefined)).toBeNull();
    expect(payloadOf(JSON.parse("[".repeat(5000) + "]".repeat(5000)))).toBe("too deep");
    expect(payloadOf(JSON.parse('{"__proto__":1}'))).toEqual(JSON.parse('{"__proto__":1}'));
  });
});
