import type { RecordedCall } from "../../demo/index.ts";
import type { Group } from "./demo-report.ts";

/** Characters of a reply that are shown. */
const shownLength = 36;

/**
 * What both sides did for a delivery, in words: what legacy said comes from the stand-in Graph API, what the candidate would
 * have done from the divergences that Sombra found since the delivery before. Its own words are nowhere kept.
 */
export function effectsOf(calls: readonly RecordedCall[], before: readonly Group[], after: readonly Group[]): string {
  const said = calls.flatMap(({ json }) => textOf(json)).map(quoted);
  const legacy = said.length === 0 ? "legacy sent nothing" : `legacy answered ${said.join(" and ")}`;
  const found = new Set(
    after
      .filter((group) => group.where === "effect" && group.count > countIn(before, group))
      .map(({ kind }) => candidateDid(kind, said.length > 0)),
  );
  if (found.size > 0) return `${legacy}, candidate ${[...found].join(" and ")}`;
  return said.length === 0 ? "" : legacy;
}

function candidateDid(kind: string, legacySent: boolean): string {
  switch (kind) {
    case "missing":
      return "would have sent nothing";
    case "extra":
      return legacySent ? "would have sent one more" : "would have sent something";
    case "duplicated":
      return "would have sent it twice";
    case "changed":
      return "would have sent something else";
    default:
      return `differs (${kind})`;
  }
}

function countIn(groups: readonly Group[], { signature }: Group): number {
  return groups.find((group) => group.signature === signature)?.count ?? 0;
}

function textOf(json: unknown): readonly string[] {
  if (typeof json !== "object" || json === null || !("text" in json)) return [];
  const { text } = json;
  if (typeof text !== "object" || text === null || !("body" in text)) return [];
  return typeof text.body === "string" ? [text.body] : [];
}

function quoted(text: string): string {
  const letters = Array.from(new Intl.Segmenter("pt").segment(text), ({ segment }) => segment);
  return `"${letters.length > shownLength ? `${letters.slice(0, shownLength - 1).join("")}…` : text}"`;
}
