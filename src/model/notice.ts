/** What happens to rollouts, as channels choose it by `events`. */
export const noticeEvents = [
  "started",
  "phase",
  "verdict",
  "approval-wanted",
  "approved",
  "decision-due",
  "acknowledged",
  "paused",
  "resumed",
  "error-paused",
  "shed",
  "rollback",
  "local-trip",
  "completed",
  "aborted",
  "checkpoint-missed",
  "incident-opened",
  "incident-closed",
  "kill",
  "kill-undone",
] as const;

export type NoticeEvent = (typeof noticeEvents)[number];

/** From the least to the gravest. */
export const noticeSeverities = ["info", "warning", "critical"] as const;

export type NoticeSeverity = (typeof noticeSeverities)[number];
