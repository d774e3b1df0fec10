import { z } from "zod";

import { noticeEvents, noticeSeverities } from "../../model/index.ts";
import {
  channelName,
  filePath,
  headerName,
  hostName,
  httpUrl,
  listOf,
  options,
  section,
  secretField,
  whole,
  word,
  yesNo,
} from "./fields.ts";

const timeOfDay = z.string(TIME()).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, TIME());

function TIME(): string {
  return 'a time of day such as "09:00", in quotes';
}

const timeZone = z.string(ZONE()).refine((given) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: given }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}, ZONE());

function ZONE(): string {
  return "a time zone such as America/Sao_Paulo, or UTC";
}

/** With or without a name: `Sombra <sombra@shop.example>`. */
const mailbox = z
  .string("a mail address")
  .regex(/^(?:[^<>\p{Cc}]{1,100} <[^\s<>@]{1,64}@[^\s<>@]{1,255}>|[^\s<>@]{1,64}@[^\s<>@]{1,255})$/u, "a mail address");

const channel = options({
  name: channelName,
  slack: options({ url: secretField }).optional(),
  webhook: options({
    url: secretField,
    secret: secretField,
    headers: z.preprocess((value) => value ?? {}, z.record(headerName, secretField, "a map of header fields")),
  }).optional(),
  email: options({
    from: mailbox,
    to: listOf(mailbox).min(1, "a list of at least one mail address").max(50, "a list of at most 50 mail addresses"),
    smtp: options({
      host: hostName,
      port: whole(1, 65_535).default(587),
      security: word(["starttls", "tls", "none"]).default("starttls"),
      ca: filePath.nullable().default(null),
      user: secretField.nullable().default(null),
      password: secretField.nullable().default(null),
    }),
  }).optional(),
  events: listOf(word(noticeEvents)).min(1, "a list of at least one event").nullable().default(null),
  severity: word(noticeSeverities).default("info"),
  dailyStatus: yesNo.default(false),
}).superRefine(({ slack, webhook, email }, context) => {
  if ([slack, webhook, email].filter((one) => one !== undefined).length !== 1)
    context.addIssue("a channel with one of slack, webhook and email");
});

export const notificationsSchema = section({
  publicUrl: httpUrl.nullable().default(null),
  dailyAt: timeOfDay.default("09:00"),
  timeZone: timeZone.default("UTC"),
  channels: z.preprocess((value) => value ?? [], listOf(channel).max(20, "a list of at most 20 channels")),
});

export type FileChannel = z.output<typeof channel>;
