import { describe, expect, it } from "vitest";
import { sampleNow } from "../../../../../test/support/admin-flags.ts";
import { createFormat } from "../../format.ts";
import type { View } from "../../page.ts";
import { fieldsSection, fieldTree } from "./fields.ts";
import { group, page, signature, started } from "./sample.ts";

describe("the fields", () => {
  it("lie in each other, with what was found at and below them, most found first", () => {
    const tree = fieldTree([
      group({ path: "/body", count: 1 }),
      group({ path: "/body/a", count: 4, noise: 3 }),
      group({ path: "/body/b", count: 5 }),
      group({ path: "/status", count: 2 }),
    ]);
    expect(tree).toMatchObject([
      {
        name: "body",
        count: 10,
        noise: 3,
        groups: [{ path: "/body" }],
        below: [
          { name: "b", count: 5 },
          { name: "a", noise: 3 },
        ],
      },
      { name: "status", count: 2, below: [] },
    ]);
  });
});

describe("the noise of fields", () => {
  it("is the share that says nothing, and beside it how often legacy differs from its twin", async () => {
    const { reader } = await started();
    expect(await reader.words(page)).toMatch(/Field Times Noise body Times 4 Noise 75\.0 %/);
    const view: View = {
      locale: "en",
      format: createFormat("en"),
      may: () => true,
      path: page,
      param: () => signature,
      query: () => "",
      search: "",
      nowMs: sampleNow,
    };
    const groups = [group({ path: "/body/a", count: 4, noise: 1, noise_rate: 0.125 }), group({ path: "/status" })];
    const markup = String(await fieldsSection(view, group({ path: "/status" }), groups));
    const shown = markup.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
    expect(shown).toMatch(
      /a minor .*Times 4 Noise 25\.0 % Twin 12\.5 %.*status minor The candidate answers with another status than legacy this one .*Times 1 Noise 0 % Twin –/,
    );
  });
});
