import { createHash } from "node:crypto";
import type { Block, Document } from "./document.ts";
import { linesOf } from "./legible.ts";

/** A table scrolls inside itself, so that a page is as wide as a phone; on paper nothing is dark. */
const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #57606a; --line: #d0d7de; --paper: #fff; --shade: #f6f8fa }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --quiet: #9aa4af; --line: #3d444d; --paper: #0d1117; --shade: #161b22 }
}
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1.5rem }
h2 { font-size: 1.15rem; margin: 2rem 0 .75rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem }
p { margin: .75rem 0 }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1.5rem; margin: .75rem 0 }
dt { color: var(--quiet) }
dd { margin: 0; min-width: 0 }
li { margin: .25rem 0 }
.table { overflow-x: auto }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums }
th, td { text-align: left; vertical-align: top; padding: .375rem .75rem; border: 1px solid var(--line) }
th { background: var(--shade) }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem } }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt }
  .table { overflow: visible }
  table { font-size: 8pt }
  th, td { overflow-wrap: anywhere; padding: .125rem .375rem }
  tr, li, dd { break-inside: avoid }
  h2 { break-after: avoid }
}
`;

/** What a browser may do with it: show it in its own style, and ask nobody for anything. */
export const htmlPolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`;

/** A page by itself: no script, nothing from anywhere else, for the screen and for paper. */
export function asHtml({ title, blocks }: Document): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="${escaped(htmlPolicy)}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>${escaped(linesOf(title).join(" "))}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${inline(title)}</h1>
${blocks.map(block).join("\n")}
</main>
</body>
</html>
`;
}

function block(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h2>${inline(block.text)}</h2>`;
    case "text":
      return `<p>${inline(block.text)}</p>`;
    case "list":
      return `<ul>${each(block.items, "li")}</ul>`;
    case "steps":
      return `<ol>${each(block.items, "li")}</ol>`;
    case "facts":
      return `<dl>${block.facts.map(({ name, value }) => `<dt>${inline(name)}</dt><dd>${inline(value)}</dd>`).join("")}</dl>`;
    case "table":
      return table(block.columns, block.rows);
  }
}

/** Focusable, as what scrolls has to be reached without a mouse. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((column) => `<th scope="col">${inline(column)}</th>`).join("");
  const body = rows.map((row) => `<tr>${each(row, "td")}</tr>`).join("\n");
  return `<div class="table" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function each(items: readonly string[], tag: string): string {
  return items.map((item) => `<${tag}>${inline(item)}</${tag}>`).join("");
}

function inline(text: string): string {
  return linesOf(text).map(escaped).join("<br />");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}
