import { expect, test } from "vitest";
import type { Block } from "../report/index.ts";
import { aNotice } from "./sample.ts";
import { slackPayload } from "./slack.ts";

const payload = (...blocks: readonly Block[]) =>
  slackPayload(aNotice({ document: { title: "a <!channel> & b", blocks } }));

const textOf = ({ blocks }: ReturnType<typeof slackPayload>): string =>
  blocks.flatMap((block) => (block.type === "section" ? [block.text.text] : [])).join("\n");

test("a message is a header and a section, in which nobody is mentioned and nothing is made a link", () => {
  const { text, blocks } = payload(
    { kind: "facts", facts: [{ name: "Flag", value: "A_B <@U1>" }] },
    { kind: "heading", text: "How to go back" },
    { kind: "steps", items: ["one", "<https://evil.example|two>"] },
    { kind: "list", items: ["three"] },
    { kind: "table", columns: ["Gate", "Verdict", "Found"], rows: [["errors", "FAIL", "5 of 9 cells"]] },
  );
  expect(text).toBe("[critical] a &lt;!channel&gt; &amp; b");
  expect(blocks).toEqual([
    { type: "header", text: { type: "plain_text", text: "[critical] a <!channel> & b", emoji: false } },
    {
      type: "section",
      text: {
        type: "mrkdwn",
        verbatim: true,
        text: [
          "*Flag*: A_B &lt;@U1&gt;",
          "",
          "*How to go back*",
          "1. one",
          "2. &lt;https://evil.example|two&gt;",
          "• three",
          "• *errors* FAIL: 5 of 9 cells",
        ].join("\n"),
      },
    },
  ]);
});

test("the dashboard's address is a link, and no other is", () => {
  const link = "https://sombra.example/rollouts/a?b&c";
  const blocks: readonly Block[] = [
    { kind: "text", text: `Dashboard: ${link}` },
    { kind: "text", text: "Dashboard: https://evil.example/" },
  ];
  const { blocks: found } = slackPayload(aNotice({ link, document: { title: "a", blocks } }));
  expect(found[1]?.text.text).toBe(
    "<https://sombra.example/rollouts/a?b&amp;c|Dashboard>\nDashboard: https://evil.example/",
  );
});

test("sections stay within 3,000 characters, blocks within 50, the header within 150, and what is left out is said", () => {
  const long = payload(
    { kind: "text", text: "&".repeat(5_000) },
    { kind: "list", items: Array.from({ length: 3_000 }, (_, index) => `${index} ${"😀".repeat(30)}`) },
  );
  for (const block of long.blocks) {
    expect(block.text.text.length).toBeLessThanOrEqual(block.type === "header" ? 150 : 3_000);
    // No half of an entity, or of a character.
    if (block.type === "section") expect(block.text.text.replaceAll("&amp;", "")).not.toMatch(/&/);
    expect(block.text.text.isWellFormed()).toBe(true);
  }
  expect(long.blocks).toHaveLength(50);
  expect(textOf(long)).toMatch(/Shortened: .*_$/);
  const { blocks } = slackPayload(aNotice({ document: { title: "x".repeat(400), blocks: [] } }));
  expect(blocks[0]?.text.text).toHaveLength(150);
});
