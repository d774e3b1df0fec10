import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { deliveries, handshake } from "./deliveries.ts";

const appSecret = "deliveries-test";
const all = deliveries({ seed: 1, appSecret });
const bodies = all.map(({ body }) => body.toString());

function wamidsIn(text: string): readonly string[] {
  return [...text.matchAll(/"id":"(wamid\.[^"]+)","(?:timestamp|status)"/g)].map(([, id = ""]) => id);
}

describe("the deliveries", () => {
  it("are of many kinds, each named once", () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(40);
  });

  it("are posted and signed over their bytes", () => {
    for (const { method, target, headers, body } of all) {
      const fields = {
        "user-agent": "facebookexternalua",
        "content-type": "application/json",
        "content-length": String(body.length),
        "x-hub-signature-256": `sha256=${createHmac("sha256", appSecret).update(body).digest("hex")}`,
      };
      expect({ method, target, headers }).toEqual({
        method: "POST",
        target: "/webhook",
        headers: Object.entries(fields).flat(),
      });
    }
  });

  it("hold accents, emoji, slashes and at signs in wire form", () => {
    expect(bodies.join("")).toMatch(/^[ -?A-~]+$/);
    for (const escaped of ["\\u00e7", "\\ud83d\\udc4b", "\\/", "\\u0040"]) {
      expect(bodies.some((body) => body.includes(escaped))).toBe(true);
    }
  });

  it("have ids of their own", () => {
    const own = bodies.flatMap(wamidsIn);
    expect(own.length).toBeGreaterThan(all.length - 8);
    expect(new Set(own).size).toBe(own.length);
    expect(new Set(bodies).size).toBe(all.length);
  });

  it("are the same for the same seed, and share no id or body with another's", () => {
    expect(deliveries({ seed: 1, appSecret })).toEqual(all);
    const others = deliveries({ seed: 2, appSecret }).map(({ body }) => body.toString());
    expect(others.filter((body) => bodies.includes(body))).toEqual([]);
    const ids = new Set(bodies.flatMap(wamidsIn));
    expect(others.flatMap(wamidsIn).filter((id) => ids.has(id))).toEqual([]);
  });

  it("name nobody outside the ranges set aside for fiction", () => {
    const numbers = bodies.flatMap((body) => [
      ...body.matchAll(/"(?:from|to|wa_id|recipient_id|phone)":"(\+?[\d ]+)"/g),
    ]);
    expect(numbers.length).toBeGreaterThan(60);
    for (const [, number = ""] of numbers)
      expect(number.replace(/\D/g, "")).toMatch(/^(447700900\d{3}|1202555 ?01\d\d)$/);
  });
});

describe("the handshake", () => {
  it("asks for its challenge, unsigned", () => {
    const { method, target, headers, body } = handshake("a token", "1158201444");
    expect({ method, headers, length: body.length }).toEqual({
      method: "GET",
      headers: ["user-agent", "facebookexternalua"],
      length: 0,
    });
    expect(target).toBe("/webhook?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=a+token");
  });
});
