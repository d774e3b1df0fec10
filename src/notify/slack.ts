import type { NoticeSeverity } from "../model/index.ts";
import { linesOf, type Block, type Document } from "../report/index.ts";
import { linkText, type Notice } from "./notice.ts";
import { post } from "./http-post.ts";
import type { Send } from "./send.ts";

/** Slack's limits: characters of a header and of a section, blocks of a message. */
const maxHeader = 150;
const maxSection = 3_000;
const maxBlocks = 50;

/** A section of Block Kit; `verbatim`: nothing in it is made a link or a mention. */
type SlackBlock =
  | {
      readonly type: "header";
      readonly text: { readonly type: "plain_text"; readonly text: string; readonly emoji: false };
    }
  | {
      readonly type: "section";
      readonly text: { readonly type: "mrkdwn"; readonly text: string; readonly verbatim: true };
    };

export interface SlackPayload {
  /** What notifications of a phone show. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

const marks: Readonly<Record<NoticeSeverity, string>> = { info: "", warning: "[warning] ", critical: "[critical] " };

/** Slack incoming webhook: one POST. Its address is the secret. */
export function slackChannel(url: string): Send {
  return ({ notice }, signal) => {
    const body = JSON.stringify(slackPayload(notice));
    return post({ url, headers: { "content-type": "application/json" }, body }, signal);
  };
}

export function slackPayload({
  document,
  severity,
  link,
}: Pick<Notice, "document" | "severity" | "link">): SlackPayload {
  const title = marks[severity] + linesOf(document.title).join(" ");
  const header = { type: "header", text: { type: "plain_text", text: short(title, maxHeader), emoji: false } } as const;
  const sections = sectionsOf(document, link).map(
    (text) => ({ type: "section", text: { type: "mrkdwn", text, verbatim: true } }) as const,
  );
  return { text: escaped(title), blocks: [header, ...sections.slice(0, maxBlocks - 1)] };
}

/** Blocks as text of Slack's, as few sections as they fit into; what is beyond the last is said to be. */
function sectionsOf({ blocks }: Document, link: string | null): readonly string[] {
  const pieces = blocks.flatMap((block) =>
    isLink(block, link) ? [`<${escaped(link ?? "")}|Dashboard>`] : piecesOf(block),
  );
  const sections: string[] = [];
  let current = "";
  for (const piece of pieces) {
    if (current !== "" && current.length + piece.length + 1 > maxSection) {
      sections.push(current);
      current = "";
    }
    current = current === "" ? piece : `${current}\n${piece}`;
  }
  if (current !== "") sections.push(current);
  if (sections.length < maxBlocks) return sections;
  return [...sections.slice(0, maxBlocks - 2), "_Shortened: the rest is on the dashboard and in the report._"];
}

/** The one address that is ours: it is made a link of. */
function isLink(block: Block, link: string | null): boolean {
  return link !== null && block.kind === "text" && block.text === linkText(link);
}

function piecesOf(block: Block): readonly string[] {
  switch (block.kind) {
    case "heading":
      return [`\n*${inline(block.text)}*`];
    case "text":
      return chunks(linesOf(block.text).map(escaped).join("\n"));
    case "list":
      return block.items.flatMap((item) => chunks(`• ${inline(item)}`));
    case "steps":
      return block.items.flatMap((item, index) => chunks(`${index + 1}. ${inline(item)}`));
    case "facts":
      return block.facts.flatMap(({ name, value }) => chunks(`*${inline(name)}*: ${inline(value)}`));
    case "table":
      return block.rows.flatMap((row) => chunks(rowText(row)));
  }
}

/** A table is too wide for a phone: a line for each row, the first cell as its name. */
function rowText([first = "", ...rest]: readonly string[]): string {
  return `• *${inline(first)}* ${rest.map(inline).join(": ")}`;
}

function inline(text: string): string {
  return escaped(linesOf(text).join(" "));
}

/** What Slack reads as its own: mentions, links and entities begin with these. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Never longer than a section, and never cut inside an entity or a surrogate pair. */
function chunks(text: string): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > maxSection) {
    const piece = /^[\s\S]{0,2990}(?<![\uD800-\uDBFF])(?<!&[a-z]{0,3})/u.exec(rest)?.[0] ?? rest.slice(0, maxSection);
    parts.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...parts, rest];
}

function short(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
