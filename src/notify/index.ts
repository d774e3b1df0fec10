/**
 * Tells people what rollouts do: by Slack, by a signed webhook, by mail. In: what the audit and the checkpoints say; out: notices, once
 * each by an id of their own, kept until they are delivered or given up. No channel ever holds anything that moves a rollout, and
 * nothing personal leaves.
 */
export type { KeptMessage, Outbox, OutboxChange } from "./outbox.ts";
export type { AuditLine } from "./audited.ts";
export type { Outcome } from "./lane.ts";
export type { ChannelState } from "./lanes.ts";
export type { Send, Sent } from "./send.ts";
export { slackChannel } from "./slack.ts";
export { webhookChannel, type WebhookChannel } from "./webhook.ts";
export { emailChannel, type EmailChannel } from "./email.ts";
export type { Channel, NotifierOptions, NotifierPorts } from "./notifier-ports.ts";
export { createNotifier, type LocalTripTold, type Notifier } from "./notifier.ts";
