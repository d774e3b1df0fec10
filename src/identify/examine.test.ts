import { describe, expect, it } from "vitest";
import { createProfile } from "./identify.ts";
import type { UrlOf } from "./address.ts";
import type { Provider, SignatureScheme } from "./provider.ts";

/** A scheme anybody can see through: the field `x-signed-by` names the secret. */
const provider: Provider = {
  name: "test",
  makesItems: () => true,
  itemsOf: () => [{ id: null, kind: "message.text", who: ["447700900123"] }],
  signature: {
    verify: ({ rawHeaders }, _, secret) => rawHeaders[1] === secret,
    renew: ({ rawHeaders }, _, secret) => [rawHeaders[0] ?? "", secret],
  },
};
const { signature: _, ...unsigned } = provider;
const body = Buffer.from("{}");
const by = (secret: string) => ({ method: "POST", target: "/", rawHeaders: ["x-signed-by", secret] });
const identity = {
  items: [
    { id: null, kind: "message.text", shopper: "447700900123", person: "447700900123", phone: null, about: null },
  ],
};
const read = (candidateHeaders: readonly string[] | null) => ({
  kind: "read",
  identity,
  persons: [],
  candidateHeaders,
});

function profile(legacy: readonly string[], candidate: readonly string[], from = provider) {
  return createProfile(from, {
    extractors: [{ kind: "profile" }],
    aliases: new Map(),
    secrets: { legacy, candidate },
  });
}

describe("a delivery", () => {
  it("is the provider's when any of the secrets made its signature", () => {
    const { examine } = profile(["new", "old"], ["new", "old"]);
    for (const [secret, good] of [
      ["new", true],
      ["old", true],
      ["other", false],
    ] as const) {
      expect(examine(by(secret), body).kind).toBe(good ? "read" : "bad-signature");
    }
  });

  it.each([
    ["as it came where the secret is the first of the candidate's", ["a"], ["a", "b"], "a", null],
    ["signed anew with the candidate's first where that is another", ["a"], ["b", "a"], "a", ["x-signed-by", "b"]],
    [
      "signed anew where it came with a secret that goes",
      ["new", "old"],
      ["new", "old"],
      "old",
      ["x-signed-by", "new"],
    ],
  ])("goes to the candidate %s", (_name, legacy, candidate, secret, headers) => {
    expect(profile(legacy, candidate).examine(by(secret), body)).toEqual(read(headers));
  });

  it.each([
    ["no secret is given", profile([], [])],
    ["only the candidate has one", profile([], ["b"])],
    ["the provider signs nothing", profile(["a"], ["b"], unsigned)],
  ])("is not checked and goes as it came where %s", (_name, { examine }) => {
    expect(examine(by("anybody"), body)).toEqual(read(null));
  });

  it("is checked by a scheme that knows the address which was called", () => {
    const signature = (urlOf: UrlOf): SignatureScheme => ({
      verify: (head) => urlOf(head) === "https://shop.example/hooks",
      renew: (head) => ["x-signed-for", urlOf(head)],
    });
    const { examine } = createProfile(
      { ...provider, signature },
      {
        extractors: [{ kind: "profile" }],
        aliases: new Map(),
        secrets: { legacy: ["a"], candidate: ["b"] },
        address: { publicUrl: "https://shop.example", trustForwarded: false },
      },
    );
    expect(examine({ ...by("a"), target: "/hooks" }, body)).toEqual(
      read(["x-signed-for", "https://shop.example/hooks"]),
    );
    expect(examine(by("a"), body)).toEqual({ kind: "bad-signature" });
  });
});
