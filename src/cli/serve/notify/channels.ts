import type { ToldChannel } from "../../../admin/index.ts";
import type { Channel, Send, emailChannel, slackChannel, webhookChannel } from "../../../notify/index.ts";
import type { Config } from "../../config/index.ts";

type ChannelConfig = Config["notifications"]["channels"][number];

export function kindOf({ slack, webhook }: ChannelConfig): ToldChannel["kind"] {
  return slack !== null ? "slack" : webhook !== null ? "webhook" : "email";
}

/** They are loaded where there is a channel. */
export interface ChannelKinds {
  readonly slackChannel: typeof slackChannel;
  readonly webhookChannel: typeof webhookChannel;
  readonly emailChannel: typeof emailChannel;
}

/** Channels as they send. */
export function channelsOf(configured: readonly ChannelConfig[], kinds: ChannelKinds): readonly Channel[] {
  return configured.flatMap(({ name, events, severity, dailyStatus, ...receiver }) => {
    const send = sendOf(receiver, kinds);
    return send === null ? [] : [{ name, events, severity, dailyStatus, send }];
  });
}

function sendOf(
  { slack, webhook, email }: Pick<ChannelConfig, "slack" | "webhook" | "email">,
  kinds: ChannelKinds,
): Send | null {
  if (slack !== null) return kinds.slackChannel(slack.url);
  if (webhook !== null) return kinds.webhookChannel(webhook);
  return email === null ? null : kinds.emailChannel(email);
}
