import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createProfile } from "../identify/index.ts";
import { twilio } from "./providers/twilio.ts";
import { twilioSignature } from "./twilio-signature.ts";

const token = "12345";
const call = new URLSearchParams({
  To: "+18005551212",
  From: "+14158675309",
  Digits: "1234",
  Caller: "+14158675309",
  CallSid: "CA1234567890ABCDE",
}).toString();
const url = "https://mycompany.com/myapp.php?foo=1&bar=2";

const schemeAt = (address: string) => twilioSignature(() => address);
const headOf = (...rawHeaders: readonly string[]) => ({ method: "POST", target: "/myapp.php?foo=1&bar=2", rawHeaders });
const bytes = (text: string): Buffer => Buffer.from(text);

function isGood(address: string, body: string, signature: string, target = new URL(address).pathname): boolean {
  const head = { ...headOf("Host", "a.test", "X-Twilio-Signature", signature), target };
  return schemeAt(address).verify(head, bytes(body), token);
}

/** What Twilio describes, in the plainest way. */
function signed(address: string, fields: Readonly<Record<string, string>>, secret = token): string {
  const names = Object.keys(fields).toSorted();
  return createHmac("sha1", secret)
    .update(address + names.map((name) => `${name}${fields[name]}`).join(""))
    .digest("base64");
}

describe("a signature", () => {
  it.each([
    ["its documentation", call, "RSOYDt4T1cUTdK1PDd93/VVr8B8="],
    ["its libraries", call.replaceAll("14158675309", "12349013030"), "0/KCTR6DLpKmkAf8muzZqo1nDgQ="],
  ])("of the example in %s is good", (_, body, signature) => {
    expect(isGood(url, body, signature)).toBe(true);
    expect(isGood(url, body, "RSOYDt4T1cUTdK1PDd93/VVr8B9=")).toBe(false);
  });

  it("of a body that is no form is over its digest in the address", () => {
    const body = '{"property": "value", "boolean": true}';
    const digest = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    const [address, target] = [`${url}&bodySHA256=${digest}`, `/myapp.php?foo=1&bar=2&bodySHA256=${digest}`];
    expect(isGood(address, body, "a9nBmqA0ju/hNViExpshrM61xv4=", target)).toBe(true);
    expect(isGood(address, `${body} `, "a9nBmqA0ju/hNViExpshrM61xv4=", target)).toBe(false);
    expect(isGood(address, body, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", target)).toBe(false);
  });

  it.each(["", "zz", "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e66"])(
    "is bad with a digest that is none: %j",
    (digest) => {
      const address = `https://a.test/?bodySHA256=${digest}`;
      expect(isGood(address, "", signed(address, {}), `/?bodySHA256=${digest}`)).toBe(false);
    },
  );

  it("covers a body that is no form and has no digest in the address", () => {
    const address = "https://a.test/hooks";
    expect(isGood(address, '{"a":1}', signed(address, {}))).toBe(false);
    expect(isGood(address, "", signed(address, {}))).toBe(true);
  });

  it.each([
    ["https://a.test:443/hooks", "https://a.test/hooks"],
    ["https://a.test/hooks", "https://a.test:443/hooks"],
    ["http://a.test/hooks", "http://a.test:80/hooks"],
    ["https://a.test:8443/hooks", "https://a.test/hooks"],
    ["https://[::1]:8443/hooks", "https://[::1]/hooks"],
  ])("is good with the port and without: called %s, signed %s", (called, over) => {
    expect(isGood(called, "a=1", signed(over, { a: "1" }))).toBe(true);
    expect(isGood(called, "a=1", signed(over.replace("hooks", "other"), { a: "1" }))).toBe(false);
  });

  it("is over fields as they are meant, in the order of their names, each value once", () => {
    const address = "https://a.test/";
    const body = "b=x+y&a=%C3%A9&B=1&b=x+y&b=a&empty=&=odd";
    expect(isGood(address, body, signed(`${address}oddB1aébabx yempty`, {}))).toBe(true);
  });

  it("is bad where there is none, another form, or more than one", () => {
    const good = ["X-Twilio-Signature", signed("https://a.test/", { a: "1" })];
    const verify = (...rawHeaders: readonly string[]) =>
      schemeAt("https://a.test/").verify(headOf(...rawHeaders), bytes("a=1"), token);
    expect(verify(...good)).toBe(true);
    expect(verify("x-twilio-signature", good[1] ?? "")).toBe(true);
    expect(verify()).toBe(false);
    expect(verify(...good, ...good)).toBe(false);
    expect(verify("X-Twilio-Signature", `${good[1]} `)).toBe(false);
    expect(verify("X-Twilio-Signature", Buffer.from(good[1] ?? "", "base64").toString("hex"))).toBe(false);
    expect(verify("X-Hub-Signature-256", good[1] ?? "")).toBe(false);
  });

  it("agrees with the plain description, and is bad with anything changed", () => {
    const fields = fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(fields, fc.string({ minLength: 1 }), (of, secret) => {
        const address = "https://a.test/hooks?x=%2F";
        const verify = (body: string, by = secret) =>
          schemeAt(address).verify(headOf("X-Twilio-Signature", signed(address, of, secret)), bytes(body), by);
        const body = new URLSearchParams(of).toString();
        expect(verify(body)).toBe(true);
        expect(verify(`${body}&Zz=1`)).toBe(false);
        expect(verify(body, `${secret}.`)).toBe(false);
      }),
    );
  });

  it("of a body as large as they get is read", () => {
    const large = `${"x=&".repeat(500_000)}a=${"%41".repeat(500_000)}`;
    expect(isGood("https://a.test/", large, signed("https://a.test/", { x: "", a: "A".repeat(500_000) }))).toBe(true);
  });
});

describe("a signature made anew", () => {
  it("stands where the old one stood; everything else stays", () => {
    const head = headOf("Host", "a.test", "x-TWILIO-signature", "old", "X-Last", "x-twilio-signature");
    const renewed = schemeAt(url).renew(head, bytes(call), "other");
    expect(renewed.filter((_, i) => i !== 3)).toEqual(head.rawHeaders.filter((_, i) => i !== 3));
    expect(schemeAt(url).verify({ ...head, rawHeaders: renewed }, bytes(call), "other")).toBe(true);
    expect(schemeAt(url).verify({ ...head, rawHeaders: renewed }, bytes(call), token)).toBe(false);
  });

  it("of a body that is no form is over the address alone", () => {
    const digest = createHash("sha256").update("{}").digest("hex");
    const head = { ...headOf("X-Twilio-Signature", ""), target: `/?bodySHA256=${digest}` };
    const scheme = schemeAt(`https://a.test/?bodySHA256=${digest}`);
    expect(scheme.verify({ ...head, rawHeaders: scheme.renew(head, bytes("{}"), "s") }, bytes("{}"), "s")).toBe(true);
  });
});

it("a profile checks deliveries of Twilio by the address that was called, and signs them with the candidate's token", () => {
  const profile = createProfile(twilio, {
    extractors: [{ kind: "profile" }],
    aliases: new Map(),
    secrets: { legacy: [token], candidate: ["candidate's"] },
    address: { publicUrl: "https://mycompany.com", trustForwarded: false },
  });
  const head = headOf("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
  const examined = profile.examine(head, bytes(call));
  const [, signature = ""] = examined.kind === "read" ? (examined.candidateHeaders ?? []) : [];
  expect(schemeAt(url).verify(headOf("X-Twilio-Signature", signature), bytes(call), "candidate's")).toBe(true);
  expect(profile.examine({ ...head, target: "/other" }, bytes(call)).kind).toBe("bad-signature");
});
