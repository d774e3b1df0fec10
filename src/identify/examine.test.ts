import { describe, expect, it } from "vitest";
import { createProfile } from "./identify.ts";
import type { Provider } from "./provider.ts";

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
const identity = { items: [{ id: null, kind: "message.text", shopper: "447700900123" }], mixed: false };
const read = (candidateHeaders: readonly string[] | null) => ({ kind: "read", identity, candidateHeaders });

function profile(legacy: readonly string[], candidate: readonly string[], from = provider) {
  return createProfile(from, {
    extractors: [{ kind: "profile" }],
    aliases: new Map(),
    secrets: { legacy, candidate },
  });
}

describe("a delivery", () => {
  it("is the provider's when any of the secrets made its signature", () => {
    const { verify, examine } = profile(["new", "old"], ["new", "old"]);
    for (const [secret, good] of [
      ["new", true],
      ["old", true],
      ["other", false],
    ] as const) {
      expect(verify?.(by(secret), body)).toBe(good);
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
  ])("is not checked and goes as it came where %s", (_name, { verify, examine }) => {
    expect(verify).toBeNull();
    expect(examine(by("anybody"), body)).toEqual(read(null));
  });
});
