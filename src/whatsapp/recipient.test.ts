import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalId, recipientIdOf, spellingsOf, writtenForms } from "./recipient.ts";

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
    ["447700900123", ["+44 7700 900-123", "whatsapp:+447700900123", "447700900123:4@s.whatsapp.net"]],
    ["5531987654321", ["553187654321", "+55 31 8765-4321", "+5531987654321"]],
    ["553187654321", ["5531987654321", "+55 (31) 98765-4321"]],
    ["5491123456789", ["541123456789", "+54 11 2345 6789"]],
    ["525512345678", ["5215512345678@c.us"]],
  ])("of %s is found by however it is written", (id, written) => {
    for (const form of written) expect(writtenForms(form)).toContain(id);
    expect(writtenForms(id)).toEqual(expect.arrayContaining([`+${id}`, `whatsapp:+${id}`, `${id}@s.whatsapp.net`]));
  });

  it("that is no number is written in one way", () => {
    expect(writtenForms("BR.1A2b3C")).toEqual(["BR.1A2b3C"]);
    expect(writtenForms("123456@lid")).toEqual(["123456@lid"]);
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

describe("the spellings of a number", () => {
  it.each([
    ["5491123456789", ["541123456789", "5491123456789"]],
    ["525512345678", ["525512345678", "5215512345678"]],
    ["553187654321", ["5531987654321", "553187654321"]],
    ["+44 7700 900123", ["447700900123"]],
    ["BR.1A2b3C", ["BR.1A2b3C"]],
  ])("of %s are %j", (id, all) => {
    expect(spellingsOf(id)).toEqual(all);
  });

  it("are all that are one to canonicalId", () => {
    const digits = (length: number) =>
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(""));
    const prefix = fc.constantFrom("54", "549", "52", "521", "5211", "5499", "5511", "55119", "551192", "447", "5");
    const number = fc.tuple(prefix, fc.integer({ min: 6, max: 11 }).chain(digits)).map((parts) => parts.join(""));
    /** Spelled otherwise, perhaps: a digit more or less behind the country or the area. */
    const respelled = fc
      .tuple(number, fc.constantFrom(2, 4), fc.constantFrom("9", "1", null))
      .map(([one, at, added]) => ({
        one,
        other: added === null ? one.slice(0, at) + one.slice(at + 1) : one.slice(0, at) + added + one.slice(at),
      }));
    let alike = 0;
    fc.assert(
      fc.property(respelled, ({ one, other }) => {
        if (canonicalId(one) !== canonicalId(other)) return;
        alike += one === other ? 0 : 1;
        expect(spellingsOf(one)).toContain(other);
        expect(spellingsOf(other)).toContain(one);
      }),
      { numRuns: 5000 },
    );
    expect(alike).toBeGreaterThan(100);
  });
});
