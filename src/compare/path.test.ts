import { describe, expect, it } from "vitest";
import type { Path, Place } from "./path.ts";
import { createPlaces, isPlainName } from "./path.ts";
import { sampleHash } from "./sample.ts";

const place = (...keys: readonly (string | number)[]): Place => {
  const path = keys.reduce<Path | null>((parent, key) => ({ parent, key }), null);
  return path === null ? { pointer: "", general: "" } : createPlaces(sampleHash)(path);
};

describe("a member name", () => {
  it.each([
    "id",
    "messaging_product",
    "phoneNumberId",
    "content-type",
    "hub.mode",
    "soap:Body",
    "$ref",
    "_id",
    "line2",
    "__proto__",
    "wamid",
    "canonical_events_published_count",
    "sha256",
    "utf_16",
  ])("%s is plain", (name) => {
    expect(isPlainName(name)).toBe(true);
  });

  it.each([
    ["a phone number", "999010000042"],
    ["a phone number in a name", "shopper_999010000042"],
    ["a phone number cut up", "tel_99-90-10-00"],
    ["an e-mail address", "zoe@example.com"],
    ["a name of a person", "Zoë"],
    ["a sentence", "two words"],
    ["a number", "42"],
    ["a wamid", "wamid.HBgMOTk5"],
    ["a UUID", "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"],
    ["hex", "d41d8cd98f00b204e9800998ecf8427e"],
    ["a token", "EAAJZBZCq2hZAbcdefGh"],
    ["a token in lower case", "k3xqabwz7mnpqrst"],
    ["a long word", "a".repeat(65)],
    ["nothing", ""],
    ["a pointer's own signs", "a/b~c"],
  ])("that is %s is hidden", (_, name) => {
    expect(isPlainName(name)).toBe(false);
    expect(place("body", name)).toEqual({ pointer: `/body/{${sampleHash(name)}}`, general: "/body/{*}" });
  });
});

describe("a place", () => {
  it("shows indexes in the pointer and not in general", () => {
    expect(place("body", "items", 12, "sku")).toEqual({ pointer: "/body/items/12/sku", general: "/body/items/*/sku" });
  });

  it("ends somewhere below where the pointer would be long", () => {
    const names = Array.from({ length: 40 }, () => "n".repeat(60));
    expect(place("body", ...names)).toEqual(place("body", ...names.slice(0, 20)));
    expect(place("body", ...names).pointer).toMatch(/^\/body(\/n{60}){17}\/\*\*$/);
  });
});
