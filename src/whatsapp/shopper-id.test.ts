import { describe, expect, it } from "vitest";
import { lid, personOf, shopperId } from "./shopper-id.ts";

describe("a shopper's id", () => {
  it.each([
    "447700900123",
    "+447700900123",
    "whatsapp:+447700900123",
    "whatsapp:447700900123",
    "whatsapp: 447700900123",
    " 447700900123",
    "447700900123@s.whatsapp.net",
    "447700900123:12@s.whatsapp.net",
    "447700900123@c.us",
    447700900123,
  ])("is the digits of a phone number, however it is written: %j", (value) => {
    expect(shopperId(value)).toBe("447700900123");
  });

  it.each([
    "81896604192873@lid",
    "GB.13491208655302741918",
    "120363019502650977@g.us",
    "120363019502650977",
    "120363019502650977-group",
    "447700900123-1623281429",
    "447700900123-1623281429@g.us",
    "120363019502650977@newsletter",
    "447700900123@broadcast",
    "status@broadcast",
    "447700900123@example.org",
    "447700900123 ",
    "+44 7700 900123",
    "++447700900123",
    "0447700900123",
    "whatsapp:",
    "4477٠٠",
  ])("is left as it is where it is no number: %j", (id) => {
    expect(shopperId(id)).toBe(id);
  });

  it("of a hidden number is the same on every device", () => {
    expect(shopperId("81896604192873:7@lid")).toBe("81896604192873@lid");
  });

  it.each([null, undefined, "", " ", true, {}, [], 1.5, "9".repeat(257)])("is not %j", (value) => {
    expect(shopperId(value)).toBeNull();
  });
});

describe("what stands in a field for LIDs", () => {
  it.each([
    ["81896604192873@lid", "81896604192873@lid"],
    ["81896604192873:7@lid", "81896604192873@lid"],
    ["81896604192873", "81896604192873@lid"],
    [81896604192873, "81896604192873@lid"],
    ["447700900123@s.whatsapp.net", "447700900123"],
    ["9".repeat(255), "9".repeat(255)],
    ["", null],
    [null, null],
  ])("%j is %j: never taken for a number without saying that it is one", (value, id) => {
    expect(lid(value)).toBe(id);
  });
});

describe("a person", () => {
  it("is known by each id once, numbers first", () => {
    expect(personOf("1@lid", null, "447700900123", "GB.1", "1@lid", "447700900456")).toEqual([
      "447700900123",
      "447700900456",
      "1@lid",
      "GB.1",
    ]);
  });

  it("may be nobody", () => {
    expect(personOf(null, null)).toEqual([]);
  });
});
