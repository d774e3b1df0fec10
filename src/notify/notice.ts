import { noticeSeverities, type NoticeEvent, type NoticeSeverity } from "../model/index.ts";
import type { Document } from "../report/index.ts";

/** One thing that people are told. Nothing personal: lists by count, no shopper. */
export interface Notice {
  /** Of what happened: the same whoever tells it, however often. */
  readonly id: string;
  readonly event: NoticeEvent | "status" | "audience" | "test";
  readonly severity: NoticeSeverity;
  /** When it happened, ISO 8601, UTC. */
  readonly at: string;
  readonly environment: string;
  readonly rollout: string | null;
  readonly flag: string | null;
  readonly phase: string | null;
  readonly verdict: string | null;
  readonly document: Document;
  /** The same as facts, for programs. */
  readonly facts: object;
  /** Page of the dashboard; null: no public address is configured. */
  readonly link: string | null;
}

/** How a document says where the dashboard is. */
export function linkText(link: string): string {
  return `Dashboard: ${link}`;
}

export function isAtLeast(severity: NoticeSeverity, least: NoticeSeverity): boolean {
  return noticeSeverities.indexOf(severity) >= noticeSeverities.indexOf(least);
}

/** Reasons and titles are people's words. A number as long as a telephone's is left out of them. */
export function withoutNumbers(text: string): string {
  return text.replaceAll(/\+?\d{9,}/g, "(number)");
}

export function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
