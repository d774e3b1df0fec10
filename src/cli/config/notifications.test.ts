import { expect, test } from "vitest";

import { describe } from "./describe.ts";
import { FILE, LEGACY, load, wrong } from "./sample.ts";

const read = (yaml: string, env: Readonly<Record<string, string>> = {}) =>
  load({ ...LEGACY, ...env }, { [FILE]: `notifications:\n${yaml}`, "config/ca.pem": "PEM" });
const problems = (yaml: string, env: Readonly<Record<string, string>> = {}) =>
  wrong({ ...LEGACY, ...env }, { [FILE]: `notifications:\n${yaml}` });

const secrets = {
  SLACK_URL: "https://hooks.slack.example/services/T0/B0/x",
  KEY: "0123456789abcdef",
  MAIL_PW: "pass word",
};

test("without channels nobody is told", () => {
  expect(load(LEGACY).notifications).toEqual({ publicUrl: null, atMinutes: 540, timeZone: "UTC", channels: [] });
});

test("each kind of channel is read, its secrets from variables, and none of them is shown", () => {
  const yaml = `  publicUrl: https://sombra.example/
  dailyAt: "08:30"
  timeZone: America/Sao_Paulo
  channels:
    - { name: team, slack: { url: "\${SLACK_URL}" }, dailyStatus: true, events: [rollback, kill] }
    - { name: sns, webhook: { url: "https://bridge.example/a?b=c", secret: "\${KEY},old-secret-of-ours", headers: { X-Key: "k \${KEY}" } } }
    - name: mail
      severity: critical
      email:
        from: Sombra <sombra@shop.example>
        to: [ops@shop.example]
        smtp: { host: smtp.example, user: sombra, password: "\${MAIL_PW}", ca: ca.pem }
`;
  const config = read(yaml, secrets);
  const common = { events: null, severity: "info", dailyStatus: false, slack: null, webhook: null, email: null };
  expect(config.notifications).toEqual({
    publicUrl: "https://sombra.example",
    atMinutes: 510,
    timeZone: "America/Sao_Paulo",
    channels: [
      { ...common, name: "team", slack: { url: secrets.SLACK_URL }, dailyStatus: true, events: ["rollback", "kill"] },
      {
        ...common,
        name: "sns",
        webhook: {
          url: "https://bridge.example/a?b=c",
          secrets: [secrets.KEY, "old-secret-of-ours"],
          headers: { "x-key": `k ${secrets.KEY}` },
        },
      },
      {
        ...common,
        name: "mail",
        severity: "critical",
        email: {
          from: "Sombra <sombra@shop.example>",
          to: ["ops@shop.example"],
          smtp: {
            host: "smtp.example",
            port: 587,
            security: "starttls",
            ca: "PEM",
            user: "sombra",
            password: "pass word",
          },
        },
      },
    ],
  });
  const told = JSON.stringify(describe(config));
  expect(told).toContain("team (slack), sns (webhook), mail (email)");
  for (const secret of Object.values(secrets)) expect(told).not.toContain(secret);
});

test.each([
  [
    "    - { name: a }",
    "line 3, column 7: notifications.channels[0] is a map, must be a channel with one of slack, webhook and email",
  ],
  [
    "    - { name: a, slack: { url: 'ftp://secret' } }",
    "line 3, column 32: notifications.channels[0].slack.url is not shown, must be an http:// or https:// address without user name, password or fragment",
  ],
  [
    "    - { name: a, slack: { url: '${GONE}' } }",
    'line 3, column 32: notifications.channels[0].slack.url names the variable "GONE", which must be set',
  ],
  ["    - { name: a, slack: { uri: x } }", 'notifications.channels[0].slack: option "uri" is unknown'],
  [
    "    - { name: a, webhook: { url: 'http://a', secret: short } }",
    "line 3, column 54: notifications.channels[0].webhook.secret is not shown, must be at least 16 characters",
  ],
  [
    "    - { name: a, slack: { url: 'http://a' }, events: [rolback] }",
    'notifications.channels[0].events[0] is "rolback", must be "started",',
  ],
  [
    "    - { name: a, slack: { url: 'http://a' } }\n    - { name: a, slack: { url: 'http://a' } }",
    'line 4, column 15: name of a channel is "a", must be given once',
  ],
  ["    - { name: a, email: { from: x, to: [], smtp: { host: h } } }", "notifications.channels[0].email.from"],
])("%s is refused", (yaml, problem) => {
  const found = problems(`  channels:\n${yaml}\n`).join("\n");
  expect(found).toContain(problem);
  expect(found).not.toContain("secret'");
  expect(found).not.toContain("short");
});

test("times and zones are checked", () => {
  expect(problems('  dailyAt: "25:00"\n  timeZone: Mars\n')).toEqual([
    `${FILE} line 2, column 12: notifications.dailyAt is "25:00", must be a time of day such as "09:00", in quotes`,
    `${FILE} line 3, column 13: notifications.timeZone is "Mars", must be a time zone such as America/Sao_Paulo, or UTC`,
  ]);
});
