import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hubSignature, sign } from "./signature.ts";

const secret = "test_app_secret";
const body = Buffer.from(String.raw`{"text":{"body":"Ol\u00e1 \ud83d\udc4d a\/b x\u0040y.z"}}`);
const right = "0dd7467cd201be8972010481c6b190fe57dbe21cc59e3c62f2de31eb58d5c26f";

const headOf = (...rawHeaders: readonly string[]) => ({ method: "POST", target: "/webhook", rawHeaders });
const signed = (value: string) => headOf("Host", "a.test", "X-Hub-Signature-256", value, "X-Last", "1");
const verified = (value: string, of: Uint8Array = body): boolean => hubSignature.verify(signed(value), of, secret);

describe("a signature", () => {
  it.each([
    [
      '{"object":"whatsapp_business_account","entry":[]}',
      "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756",
    ],
    [
      '{"object": "whatsapp_business_account", "entry": []}',
      "56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a",
    ],
    [body.toString(), right],
  ])("is over the bytes as they are: %s", (text, hex) => {
    expect(sign(Buffer.from(text), secret)).toBe(`sha256=${hex}`);
    expect(verified(`sha256=${hex}`, Buffer.from(text))).toBe(true);
  });

  it("is good in whatever case the digits and the name of the field come", () => {
    expect(verified(`sha256=${right.toUpperCase()}`)).toBe(true);
    expect(hubSignature.verify(headOf("x-hub-signature-256", `sha256=${right}`), body, secret)).toBe(true);
  });

  it.each([
    ["of another secret", sign(body, "other")],
    ["of other bytes", sign(Buffer.from("{}"), secret)],
    ["empty", ""],
    ["without its prefix", right],
    ["with another prefix", `sha1=${right}`],
    ["with its prefix in upper case", `SHA256=${right}`],
    ["cut short", `sha256=${right.slice(0, -2)}`],
    ["cut short by half a byte", `sha256=${right.slice(0, -1)}`],
    ["too long", `sha256=${right}00`],
    ["with a digit that is none", `sha256=${right.slice(0, -1)}g`],
    ["with a character of two bytes", `sha256=${right.slice(0, -1)}\u0130`],
    ["followed by another", `sha256=${right}, sha256=${right}`],
    ["in Base64", `sha256=${createHmac("sha256", secret).update(body).digest("base64")}`],
    ["of SHA-1", `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`],
  ])("is bad: %s", (_, value) => {
    expect(verified(value)).toBe(false);
  });

  it("is bad where there is none, or more than one, alike or not", () => {
    const good = ["X-Hub-Signature-256", `sha256=${right}`];
    const sha1 = ["X-Hub-Signature", `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`];
    expect(hubSignature.verify(headOf("X-Other", `sha256=${right}`), body, secret)).toBe(false);
    expect(hubSignature.verify(headOf(...sha1), body, secret)).toBe(false);
    expect(hubSignature.verify(headOf(...good, ...good), body, secret)).toBe(false);
    expect(hubSignature.verify(headOf(...good, "x-hub-signature-256", ""), body, secret)).toBe(false);
    expect(hubSignature.verify(headOf(...sha1, ...good), body, secret)).toBe(true);
  });

  it("is bad as soon as any bit of the body, of the signature or of the secret is another", () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(bytes, fc.string({ minLength: 1 }), fc.nat(), (of, key, at) => {
        const head = signed(sign(of, key));
        expect(hubSignature.verify(head, of, key)).toBe(true);
        expect(hubSignature.verify(head, flipped(of, at), key)).toBe(false);
        expect(hubSignature.verify(head, of, `${key}.`)).toBe(false);
        const digest = flipped(Buffer.from(sign(of, key).slice("sha256=".length), "hex"), at);
        expect(hubSignature.verify(signed(`sha256=${Buffer.from(digest).toString("hex")}`), of, key)).toBe(false);
      }),
    );
  });
});

describe("a signature made anew", () => {
  it("stands where the old one stood, under the name it had; everything else stays", () => {
    const head = headOf(
      "Host",
      "a.test",
      "X-HUB-Signature-256",
      `sha256=${right}`,
      "x-last",
      "sha256=1",
      "x-last",
      "2",
    );
    const renewed = hubSignature.renew(head, body, "other");
    expect(renewed).toEqual(head.rawHeaders.with(3, sign(body, "other")));
    expect(hubSignature.verify({ ...head, rawHeaders: renewed }, body, "other")).toBe(true);
  });

  it("is made of SHA-1 too where there was one, and of none where there was none", () => {
    const sha1 = `sha1=${createHmac("sha1", "other").update(body).digest("hex")}`;
    const both = headOf("X-Hub-Signature", "sha1=00", "X-Hub-Signature-256", "sha256=00");
    expect(hubSignature.renew(both, body, "other")).toEqual(
      ["X-Hub-Signature", sha1].concat("X-Hub-Signature-256", sign(body, "other")),
    );
    expect(hubSignature.renew(headOf("A", "b"), body, "other")).toEqual(["A", "b"]);
  });

  it("leaves a value alone that reads like the name of its field", () => {
    const rawHeaders = ["X-Note", "x-hub-signature-256", "X-Hub-Signature-256", ""];
    expect(hubSignature.renew(headOf(...rawHeaders), body, "s").slice(0, 3)).toEqual(rawHeaders.slice(0, 3));
  });
});

/** A copy in which one bit is another. */
function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const place = (at >> 3) % bytes.length;
  return Uint8Array.from(bytes, (byte, i) => (i === place ? byte ^ (1 << (at & 7)) : byte));
}
