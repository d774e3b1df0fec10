import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Identity } from "../model/index.ts";
import { type Extractor, parseExtractor } from "./extractor.ts";
import { createProfile } from "./identify.ts";
import { type FoundItem, http } from "./provider.ts";

const head = { method: "POST", target: "/ana?u=bia", rawHeaders: ["x-user", "carla"] };

interface Options {
  readonly extractors?: readonly string[];
  readonly aliases?: Readonly<Record<string, string>>;
}

function identified(found: readonly FoundItem[], options: Options = {}): Identity {
  return identifiedBy(() => found, options);
}

function identifiedBy(itemsOf: () => readonly FoundItem[], { extractors = ["profile"], aliases = {} }: Options = {}) {
  const provider = { name: "test", makesItems: () => true, itemsOf };
  const options = { extractors: extractors.map(parsed), aliases: new Map(Object.entries(aliases)) };
  return createProfile(provider, options).identify(head, Buffer.from("{}"));
}

function parsed(form: string): Extractor {
  const extractor = parseExtractor(form);
  if (extractor === null) throw new Error(`"${form}" is no extractor`);
  return extractor;
}

function item(...who: readonly string[]): FoundItem {
  return { id: "id", kind: "message.text", who };
}

function shopper(identity: Identity): string | null | undefined {
  return identity.items[0]?.shopper;
}

describe("the shopper of an item", () => {
  it.each<[string | null, readonly string[]]>([
    ["n1", ["profile"]],
    ["n1", ["profile", "path:1"]],
    ["ana", ["path:1", "profile"]],
    ["bia", ["header:none", "query:u", "path:1"]],
    ["carla", ["header:x-user"]],
    ["n1", ["header:none", "profile"]],
    [null, ["header:none"]],
    [null, []],
  ])("is %j by %j", (id, extractors) => {
    expect(shopper(identified([item("n1", "u1")], { extractors }))).toBe(id);
  });

  it("is what a later extractor finds when the profile finds nobody", () => {
    expect(shopper(identified([item()], { extractors: ["profile", "query:u"] }))).toBe("bia");
  });

  it.each([
    [["n1"], ["profile"]],
    [["u1"], ["profile"]],
    [["carla"], ["header:x-user"]],
  ])("is its alias where %j has one", ([id = ""], extractors) => {
    expect(shopper(identified([item("n1", "u1")], { extractors, aliases: { [id]: "S-1" } }))).toBe("S-1");
  });

  it("is nobody when the profile fails", () => {
    const itemsOf = (): never => {
      throw new Error("broken profile");
    };
    expect(identifiedBy(itemsOf)).toEqual({
      items: [{ id: null, kind: "other", shopper: null }],
      mixed: false,
    });
  });
});

describe("a delivery of one item", () => {
  it("is that item", () => {
    expect(identified([item("n1")])).toEqual({
      items: [{ id: "id", kind: "message.text", shopper: "n1" }],
      mixed: false,
    });
  });
});

describe("a delivery without items", () => {
  it("is one item that may still be somebody's", () => {
    expect(identified([], { extractors: ["profile", "path:1"] })).toEqual({
      items: [{ id: null, kind: "other", shopper: "ana" }],
      mixed: false,
    });
  });
});

describe("a delivery of several items", () => {
  const status = (...who: readonly string[]): FoundItem => ({ id: "s", kind: "status.read", who });

  it("is one item of their kind and shopper", () => {
    expect(identified([item("n1"), item("n1")])).toEqual({
      items: [{ id: null, kind: "message.text", shopper: "n1" }],
      mixed: false,
    });
  });

  it("is a batch when kinds differ", () => {
    expect(identified([item("n1"), status("n1")]).items).toEqual([{ id: null, kind: "batch", shopper: "n1" }]);
  });

  it("is mixed and nobody's when it names several shoppers", () => {
    expect(identified([item("n1"), item("n2")])).toEqual({
      items: [{ id: null, kind: "message.text", shopper: null }],
      mixed: true,
    });
  });

  it.each<[string, readonly FoundItem[], Options]>([
    ["an item shows number and user id", [item("u1"), item("n1", "u1"), item("n1")], {}],
    ["two items together show it", [item("n1", "u1"), item("n1", "u2"), item("u2"), item("u1")], {}],
    ["an alias says so", [item("n1"), item("u1")], { aliases: { n1: "n1", u1: "n1" } }],
    ["the other items are nobody's", [item(), item("n1"), item()], {}],
  ])("is one person's when %s", (_, found, options) => {
    expect(identified(found, options)).toMatchObject({ items: [{ shopper: "n1" }], mixed: false });
  });

  it("gives a person the alias of whichever id has one", () => {
    expect(identified([item("n1", "u1"), item("n1")], { aliases: { u1: "S-1" } })).toMatchObject({
      items: [{ shopper: "S-1" }],
      mixed: false,
    });
  });

  it("is not mixed when the request names the shopper", () => {
    expect(identified([item("n1"), item("n2")], { extractors: ["header:x-user", "profile"] })).toMatchObject({
      items: [{ shopper: "carla" }],
      mixed: false,
    });
  });

  it("is judged the same in every order of its items", () => {
    const ids = fc.constantFrom("n1", "n2", "n3", "u1", "u2", "u3");
    const items = fc.array(fc.uniqueArray(ids, { maxLength: 3 }), { minLength: 2, maxLength: 8 });
    const shuffled = items.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        const of = (whos: readonly (readonly string[])[]) => identified(whos.map((who) => item(...who))).mixed;
        expect(of(other)).toBe(of(list));
      }),
    );
  });

  it("is mixed exactly when its ids fall into several groups", () => {
    const ids = fc.constantFrom("a", "b", "c", "d", "e", "f");
    const items = fc.array(fc.uniqueArray(ids, { maxLength: 2 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(items, (whos) => {
        expect(identified(whos.map((who) => item(...who))).mixed).toBe(groupsOf(whos) > 1);
      }),
    );
  });
});

/** Counts groups of ids the plain way: each item merges the groups it touches. */
function groupsOf(whos: readonly (readonly string[])[]): number {
  let groups: readonly (readonly string[])[] = [];
  for (const who of whos.filter(({ length }) => length > 0)) {
    const touched = groups.filter((group) => group.some((id) => who.includes(id)));
    groups = [...groups.filter((group) => !touched.includes(group)), [...who, ...touched.flat()]];
  }
  return groups.length;
}

describe("the http profile", () => {
  const profile = createProfile(http, { extractors: [{ kind: "path", segment: 1 }], aliases: new Map() });

  it("makes one item of a request", () => {
    expect(profile.identify(head, Buffer.from("anything"))).toEqual({
      items: [{ id: null, kind: "request", shopper: "ana" }],
      mixed: false,
    });
  });

  it("makes items of every method that may change something, and of GET", () => {
    const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "PURGE", "HEAD", "OPTIONS", "TRACE"];
    expect(methods.filter((method) => profile.makesItems(method))).toEqual(methods.slice(0, 6));
  });
});
