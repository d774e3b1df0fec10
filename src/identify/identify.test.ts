import { describe, expect, it } from "vitest";
import type { Identity, Profile, TakenApart } from "../model/index.ts";
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

function takenApart(found: readonly FoundItem[]): TakenApart {
  const profile = profileOf(() => found, {});
  const examined = profile.examine(head, Buffer.from("{}"));
  if (examined.kind !== "read") throw new Error("No secret was given");
  return examined;
}

function identifiedBy(itemsOf: () => readonly FoundItem[], options: Options = {}): Identity {
  return profileOf(itemsOf, options).identify(head, Buffer.from("{}"));
}

function profileOf(itemsOf: () => readonly FoundItem[], { extractors = ["profile"], aliases = {} }: Options): Profile {
  const provider = { name: "test", makesItems: () => true, itemsOf };
  return createProfile(provider, { extractors: extractors.map(parsed), aliases: new Map(Object.entries(aliases)) });
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

  it("is another than the person to whom messages go, where a header or an alias says so", () => {
    const named = identified([item("n1", "u1")], { extractors: ["header:x-user", "profile"] });
    expect(named.items[0]).toMatchObject({ shopper: "carla", person: "n1" });
    const aliased = identified([item("n1", "u1")], { aliases: { u1: "S-1" } });
    expect(aliased.items[0]).toMatchObject({ shopper: "S-1", person: "n1" });
  });

  it("is nobody when the profile fails", () => {
    const itemsOf = (): never => {
      throw new Error("broken profile");
    };
    expect(identifiedBy(itemsOf)).toEqual({
      items: [{ id: null, kind: "other", shopper: null, person: null, phone: null, about: null }],
    });
  });
});

describe("a delivery without items", () => {
  it("is one item that may still be somebody's", () => {
    expect(identified([], { extractors: ["profile", "path:1"] })).toEqual({
      items: [{ id: null, kind: "other", shopper: "ana", person: null, phone: null, about: null }],
    });
  });
});

describe("a delivery of several items", () => {
  const status = (...who: readonly string[]): FoundItem => ({ id: "s", kind: "status.read", who, phone: "1044" });

  it("lists each in its place, with its own shopper", () => {
    expect(identified([item("n1"), status("n2"), item()])).toEqual({
      items: [
        { id: "id", kind: "message.text", shopper: "n1", person: "n1", phone: null, about: null },
        { id: "s", kind: "status.read", shopper: "n2", person: "n2", phone: "1044", about: null },
        { id: "id", kind: "message.text", shopper: null, person: null, phone: null, about: null },
      ],
    });
  });

  it("is one shopper's when the request names whose", () => {
    const { items } = identified([item("n1"), item("n2")], { extractors: ["header:x-user", "profile"] });
    expect(items.map(({ shopper }) => shopper)).toEqual(["carla", "carla"]);
  });

  it("falls to a later extractor item by item", () => {
    const { items } = identified([item("n1"), item()], { extractors: ["profile", "query:u"] });
    expect(items.map(({ shopper }) => shopper)).toEqual(["n1", "bia"]);
  });

  it("shows whose ids are one person's", () => {
    expect(takenApart([item("n1"), item("n2", "u2"), item()]).persons).toEqual([["n2", "u2"]]);
    expect(takenApart([item("n1")]).persons).toEqual([]);
  });
});

describe("the http profile", () => {
  const profile = createProfile(http, { extractors: [{ kind: "path", segment: 1 }], aliases: new Map() });

  it("makes one item of a request", () => {
    expect(profile.identify(head, Buffer.from("anything"))).toEqual({
      items: [{ id: null, kind: "request", shopper: "ana", person: null, phone: null, about: null }],
    });
  });

  it("makes items of every method that may change something, and of GET", () => {
    const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "PURGE", "HEAD", "OPTIONS", "TRACE"];
    expect(methods.filter((method) => profile.makesItems(method))).toEqual(methods.slice(0, 6));
  });
});
