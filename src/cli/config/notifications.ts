import { dirname, resolve } from "node:path";

import type { Environment } from "../../flags/index.ts";
import { filledIn } from "./egress.ts";
import type { Findings } from "./errors.ts";
import { codeOf, type ReadFile, type SettingsFile } from "./file.ts";
import type { FileChannel } from "./notifications-schema.ts";
import { quote } from "./say.ts";
import type { ChannelConfig, NotificationsConfig } from "./types.ts";

export interface NotificationSources {
  readonly env: Environment;
  readonly file: SettingsFile;
  readonly readFile: ReadFile;
}

/** A key that can be guessed signs nothing. */
const SECRET_CHARACTERS = 16;

/** Channels with their secrets, of which nothing is said. */
export function readNotifications(
  { env, file, readFile }: NotificationSources,
  findings: Findings,
): NotificationsConfig {
  const { publicUrl, dailyAt, timeZone, channels } = file.settings.notifications;
  const [hours = 0, minutes = 0] = dailyAt.split(":").map(Number);
  const names = new Set<string>();
  for (const [index, { name }] of channels.entries()) {
    const place = file.placeOf(["notifications", "channels", index, "name"]);
    const text = `name of a channel is ${quote(name)}, must be given once`;
    if (names.has(name)) findings.problems.push({ place, text });
    names.add(name);
  }
  return {
    publicUrl,
    atMinutes: hours * 60 + minutes,
    timeZone,
    channels: channels.map((channel, index) => {
      const reader = createReader(["notifications", "channels", index], { env, file, readFile, findings });
      const { name, events, severity, dailyStatus } = channel;
      return { name, events, severity, dailyStatus, ...receiverOf(channel, reader) };
    }),
  };
}

type Reader = ReturnType<typeof createReader>;

function receiverOf(
  { slack, webhook, email }: FileChannel,
  reader: Reader,
): Pick<ChannelConfig, "slack" | "webhook" | "email"> {
  return {
    slack: slack === undefined ? null : { url: reader.address(slack.url, "slack", "url") },
    webhook:
      webhook === undefined
        ? null
        : {
            url: reader.address(webhook.url, "webhook", "url"),
            secrets: reader.secrets(webhook.secret, "webhook", "secret"),
            headers: Object.fromEntries(
              Object.entries(webhook.headers).map(([field, value]) => [
                field,
                reader.text(value, "webhook", "headers", field),
              ]),
            ),
          },
    email:
      email === undefined
        ? null
        : {
            from: email.from,
            to: email.to,
            smtp: {
              ...email.smtp,
              ca: email.smtp.ca === null ? null : reader.content(email.smtp.ca, "email", "smtp", "ca"),
              user: email.smtp.user === null ? null : reader.text(email.smtp.user, "email", "smtp", "user"),
              password:
                email.smtp.password === null ? null : reader.text(email.smtp.password, "email", "smtp", "password"),
            },
          },
  };
}

function createReader(
  at: readonly (string | number)[],
  { env, file, readFile, findings }: NotificationSources & { readonly findings: Findings },
) {
  const wrong = (path: readonly string[], text: string): void => {
    const name = `notifications.channels[${at.at(-1)}].${path.join(".")}`;
    findings.problems.push({ place: file.placeOf([...at, ...path]), text: `${name} ${text}` });
  };
  const text = (given: string, ...path: readonly string[]): string => {
    const filled = filledIn(given, env);
    if (typeof filled === "string") return filled;
    wrong(path, `names the variable ${quote(filled.unset)}, which must be set`);
    return "";
  };
  return {
    text,
    address(given: string, ...path: readonly string[]): string {
      const url = text(given, ...path);
      const isAddress = /^https?:\/\/[^\s\\#@]+$/i.test(url) && URL.canParse(url);
      if (url !== "" && !isAddress)
        wrong(path, "is not shown, must be an http:// or https:// address without user name, password or fragment");
      return url;
    },
    /** Separated by commas, while one takes the place of another. */
    secrets(given: string, ...path: readonly string[]): readonly string[] {
      const secrets = text(given, ...path)
        .split(",")
        .map((one) => one.trim())
        .filter((one) => one !== "");
      const isSound = (one: string): boolean =>
        one.startsWith("whsec_")
          ? Buffer.from(one.slice(6), "base64").length >= SECRET_CHARACTERS
          : one.length >= SECRET_CHARACTERS;
      if (!secrets.every(isSound))
        wrong(
          path,
          `is not shown, must be at least ${SECRET_CHARACTERS} characters, or whsec_ and base64 of as many bytes`,
        );
      return secrets;
    },
    content(given: string, ...path: readonly string[]): string {
      try {
        return Buffer.from(readFile(resolve(dirname(file.path), given))).toString("utf8");
      } catch (error) {
        wrong(path, `is ${quote(given)}, which cannot be read (${codeOf(error)}), must be a readable file`);
        return "";
      }
    },
  };
}
