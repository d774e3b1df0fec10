/** Breaks webhook bodies of public repositories at every level; skipped where they are absent. */
import { describe, expect, it } from "vitest";
import { payloadsPresent, readPayloads } from "../../test/support/handlers/payloads.ts";
import { createProfile } from "../identify/index.ts";
import { providers } from "./providers.ts";
import { unsound } from "./sample.ts";

describe.skipIf(!payloadsPresent)("a body that is wrong somewhere", () => {
  const payloads = readPayloads();

  it("yields sound items, whatever is wrong and wherever", () => {
    const { failures, tried } = unsound(
      providers.meta,
      payloads.map(({ document }) => document),
    );
    expect(failures).toEqual([]);
    expect(tried).toBeGreaterThan(50_000);
  });

  it("is one item without shopper wherever it is cut off", () => {
    const profile = createProfile(providers.meta, { extractors: [{ kind: "profile" }], aliases: new Map() });
    const nobody = { items: [{ id: null, kind: "other", shopper: null }], mixed: false };
    for (const { document } of payloads) {
      const body = Buffer.from(JSON.stringify(document));
      for (let length = 0; length < body.length; length += 29) {
        expect(profile.identify({ method: "POST", target: "/", rawHeaders: [] }, body.subarray(0, length))).toEqual(
          nobody,
        );
      }
    }
  });
});
