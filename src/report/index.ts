/**
 * Tells people what a rollout did and why. In: what is known of it; out: a document, and its forms (Markdown, HTML, text). Pure;
 * it never decides anything, and knows no channel.
 */
export type { Block, Document } from "./document.ts";
export { asHtml, htmlPolicy } from "./html.ts";
export { linesOf } from "./legible.ts";
export { asMarkdown } from "./markdown.ts";
export { asText } from "./text.ts";
export { documentOf } from "./document-of.ts";
export { reportKinds, type Decision, type Report, type ReportKind, type StayFacts } from "./facts.ts";
export { reportOf, usualKind, type WantedReport } from "./report.ts";
export type { ReportPorts } from "./sources.ts";
export { whyOf } from "./decisions.ts";
export { plainly } from "./plainly.ts";
export { cellBlocks } from "./blocks.ts";
export { who } from "./words.ts";
export { nextOf, wayBackOf } from "./standing.ts";
export type { Happened, TemplateFacts } from "./template-facts.ts";
export { eventsText, templateDocument } from "./templates.ts";
