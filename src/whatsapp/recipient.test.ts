import { describe, expect, it } from "vitest";
import { canonicalId, recipientIdOf } from "./recipient.ts";

describe("a recipient", () => {
  it.each([
    ["a plus sign", "+447700900123", "447700900123"],
    ["spaces and brackets", "+44 (7700) 900-123", "447700900123"],
    ["an address of WhatsApp's", "447700900123@s.whatsapp.net", "447700900123"],
    ["Twilio's prefix", "whatsapp:+447700900123", "447700900123"],
    ["a Brazilian mobile number without its ninth digit", "553187654321", "5531987654321"],
    ["a Brazilian mobile number with it", "+55 31 98765-4321", "5531987654321"],
    ["a Brazilian landline number", "553132654321", "553132654321"],
    ["an Argentinian mobile number from abroad", "5491123456789", "541123456789"],
    ["an Argentinian number", "541123456789", "541123456789"],
    ["a Mexican mobile number of old", "5215512345678", "525512345678"],
    ["a Mexican number", "525512345678", "525512345678"],
    ["a user id", "BR.1A2b3C", "BR.1A2b3C"],
    ["a parent user id", "BR.ENT.1A2b3C", "BR.ENT.1A2b3C"],
    ["a LID", "123456@lid", "123456@lid"],
    ["no number though of digits", "00", "00"],
    ["a placeholder", "{{Recipient-Phone-Number}}", "{{Recipient-Phone-Number}}"],
  ])("has one spelling: %s", (_, id, canonical) => {
    expect(canonicalId(id)).toBe(canonical);
    expect(canonicalId(canonical)).toBe(canonical);
  });

  it.each([
    ["a number beside a user id is the number", { to: "+447700900123", recipient: "BR.1" }, "447700900123"],
    ["a user id goes by its number", { recipient: "BR.1" }, "5531987654321"],
    ["a user id nobody knows goes by itself", { recipient: "BR.2" }, "BR.2"],
    ["a group keeps its id", { to: "5215512345678", recipient_type: "group" }, "5215512345678"],
    ["a number that is one in JSON", { to: 447700900123 }, "447700900123"],
    ["nobody", { to: "" }, null],
  ])("%s", (_, fields, recipient) => {
    const numbers: Readonly<Record<string, string>> = { "BR.1": "+553187654321" };
    expect(recipientIdOf(fields, (id) => numbers[id] ?? id)).toBe(recipient);
  });
});
