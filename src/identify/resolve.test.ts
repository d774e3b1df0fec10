import { describe, expect, it } from "vitest";
import type { Profile } from "../model/index.ts";
import { parseExtractor } from "./extractor.ts";
import { createProfile } from "./identify.ts";
import { createLearnedAliases, type LearnedAliases } from "./learned.ts";

/** The persons of the items are the body: `[["n1", "u1"], ["u2"]]`. */
function profileOf(
  learned?: LearnedAliases,
  aliases: Readonly<Record<string, string>> = {},
  form = "profile",
): Profile {
  const extractor = parseExtractor(form);
  const provider = {
    name: "test",
    makesItems: () => true,
    itemsOf: ({ body }: { readonly body: Uint8Array }) => {
      const persons: readonly (readonly string[])[] = JSON.parse(Buffer.from(body).toString());
      return persons.map((who) => ({ id: null, kind: "message.text", who }));
    },
  };
  const options = { extractors: extractor === null ? [] : [extractor], aliases: new Map(Object.entries(aliases)) };
  return createProfile(provider, learned === undefined ? options : { ...options, learned });
}

/** As the data plane does, with a delivery examined on another thread. */
function shoppers(profile: Profile, ...persons: readonly (readonly string[])[]): readonly (string | null)[] {
  const head = { method: "POST", target: "/u1", rawHeaders: [] };
  const examined = structuredClone(profileOf().examine(head, Buffer.from(JSON.stringify(persons))));
  if (examined.kind !== "read") throw new Error("No secret was given");
  return profile.resolve(examined).items.map(({ shopper }) => shopper);
}

const table = () => createLearnedAliases({ max: 100 });

describe("a person", () => {
  it("seen by number first and by user id later keeps the number", () => {
    const profile = profileOf(table());
    expect(shoppers(profile, ["1", "u1"])).toEqual(["1"]);
    expect(shoppers(profile, ["u1"])).toEqual(["1"]);
  });

  it("seen by user id alone goes by it until a number is seen", () => {
    const profile = profileOf(table());
    expect(shoppers(profile, ["u1"])).toEqual(["u1"]);
    expect(shoppers(profile, ["u1"], ["1", "u1"])).toEqual(["1", "1"]);
    expect(shoppers(profile, ["u1"])).toEqual(["1"]);
  });

  it("keeps the number over a change of the user id", () => {
    const profile = profileOf(table());
    shoppers(profile, ["1", "u1"]);
    expect(shoppers(profile, ["u1", "u2"])).toEqual(["1"]);
    expect(shoppers(profile, ["u2"])).toEqual(["1"]);
  });

  it("that an item shows by number goes by it, whoever else is said to have the user id", () => {
    expect(shoppers(profileOf(table()), ["1", "u1"], ["2", "u1"], ["1"], ["2"])).toEqual(["1", "2", "1", "2"]);
  });

  it("is the same on every route that shares the table", () => {
    const learned = table();
    shoppers(profileOf(learned), ["1", "u1"]);
    expect(shoppers(profileOf(learned), ["u1"])).toEqual(["1"]);
  });

  it("has the alias of the number that was learned, and one of the user id itself before that", () => {
    const aliases = { "1": "S-1", u2: "S-2" };
    const profile = profileOf(table(), aliases);
    shoppers(profile, ["1", "u1"], ["2", "u2"]);
    const examined = profileOf(undefined, aliases).examine(
      { method: "POST", target: "/", rawHeaders: [] },
      Buffer.from('[["u1"],["u2"],["2"]]'),
    );
    if (examined.kind !== "read") throw new Error("No secret was given");
    const { items } = profile.resolve(examined);
    expect(items.map(({ shopper }) => shopper)).toEqual(["S-1", "S-2", "2"]);
    // What is sent to them goes to the number all the same.
    expect(items.map(({ person }) => person)).toEqual(["1", "2", "2"]);
  });
});

it("without a table a person is one in one delivery", () => {
  const profile = profileOf();
  expect(shoppers(profile, ["u1"], ["1", "u1"])).toEqual(["1", "1"]);
  expect(shoppers(profile, ["u1"])).toEqual(["u1"]);
});

it("where the profile names no shopper nothing is learned and nobody renamed", () => {
  const learned = table();
  const profile = profileOf(learned, {}, "path:1");
  expect(shoppers(profile, ["1", "u1"], ["u1"])).toEqual(["1", "u1"]);
  expect(learned.drain()).toEqual([]);
});

it("nothing is copied where nobody goes by another id", () => {
  const profile = profileOf(table());
  const taken = {
    identity: { items: [{ id: null, kind: "x", shopper: "1", person: null, phone: null, about: null }] },
    persons: [["1", "u1"]],
  };
  expect(profile.resolve(taken)).toBe(taken.identity);
});
