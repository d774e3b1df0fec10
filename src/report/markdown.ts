import type { Block, Document } from "./document.ts";
import { linesOf } from "./legible.ts";

/** GitHub Flavored Markdown. What the document says stays text: nothing of it becomes markup, HTML, or a link with another name. */
export function asMarkdown({ title, blocks }: Document): string {
  return `${[`# ${inline(title)}`, ...blocks.map(block)].join("\n\n")}\n`;
}

function block(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `## ${inline(block.text)}`;
    case "text":
      return opening(block.text);
    case "list":
      return block.items.map((item) => `- ${opening(item)}`).join("\n");
    case "steps":
      return block.items.map((item, index) => `${index + 1}. ${opening(item)}`).join("\n");
    case "facts":
      return block.facts.map(({ name, value }) => `- **${inline(name)}:** ${inline(value)}`).join("\n");
    case "table":
      return [block.columns.map(inline), block.columns.map(() => "---"), ...block.rows.map((row) => row.map(inline))]
        .map((cells) => `| ${cells.join(" | ")} |`)
        .join("\n");
  }
}

/** Text where a block begins: there also a dash, a plus or a number with a full stop would be markup. */
function opening(text: string): string {
  return inline(text)
    .replace(/^(?=[-+=])/, "\\")
    .replace(/^(\d+)(?=[.)])/, "$1\\");
}

function inline(text: string): string {
  return linesOf(text).map(escaped).join("<br>");
}

function escaped(line: string): string {
  return (
    line
      .replaceAll(/[\\`*[\]|~#$]/g, "\\$&")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      // Between letters it is no emphasis, and flags have many of them.
      .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
  );
}
