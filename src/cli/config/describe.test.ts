import { expect, test } from "vitest";

import { describe } from "./describe.ts";
import { FILE, LEGACY, load } from "./sample.ts";

const SECRETS = {
  SOMBRA_ADMIN_TOKEN: "hunter2-token",
  SOMBRA_APP_SECRET: "hunter2-app",
  SOMBRA_CANDIDATE_APP_SECRET: "hunter2-new",
  SOMBRA_HASH_KEY: "hunter2-hash-key",
  SOMBRA_REDIS_URL: "redis+sentinel://me:hunter2%40@[::1],b:1/main/2?sentinel_password=hunter2",
  SOMBRA_LOG_LEVEL: "warn",
  WHATSAPP_PROVIDER: "360dialog",
};

const config = load(
  { ...LEGACY, ...SECRETS },
  {
    [FILE]: `
log: {level: debug, shopper: plain}
admin: {tokens: ../secret/tokens.yaml}
candidate: {timeoutMs: 5}
routes: [{name: hooks, candidate: "http://127.0.0.1:4000", shopper: {from: [whatsapp, "header:X-Id", "query:q", "path:1", "json:/a~1b"], aliases: {"5511999990000": ana}}}]
`,
    "secret/tokens.yaml":
      "- {name: ci, roles: [read], token: hunter2-ci}\n- {name: on-call, roles: [operate, approve], token: hunter2}\n",
  },
);
const settings = new Map(describe(config).map(({ name, value, from }) => [name, [value, from]]));

test.each([
  ["SOMBRA_PORT", "8080", "default"],
  ["SOMBRA_ADMIN_TOKEN", "set", "env"],
  ["SOMBRA_ADMIN_TOKENS", "../secret/tokens.yaml (ci: read, on-call: operate approve)", "file"],
  ["SOMBRA_REDIS_URL", "redis+sentinel://[::1]:26379,b:1/main/2", "env"],
  ["SOMBRA_LOG_LEVEL", "warn", "env"],
  ["SOMBRA_LOG_SHOPPER", "plain", "file"],
  ["SOMBRA_CONFIG", FILE, "default"],
  ["SOMBRA_FORCE_OFF", "none", "default"],
  ["candidate.timeoutMs", "5", "file"],
  ["candidate.breaker.openMs", "5000", "default"],
  ["routes.hooks.legacy", "http://127.0.0.1:3000", "env"],
  ["routes.hooks.candidate", "http://127.0.0.1:4000", "file"],
  ["routes.hooks.profile", "360dialog", "env"],
  ["routes.hooks.fallback", "unreachable", "default"],
  ["routes.hooks.flags.shadow", "WHATSAPP_CANONICAL_SHADOW_MODE", "default"],
  ["routes.hooks.shopper", "whatsapp, header:x-id, query:q, path:1, json:/a~1b, aliases: 1", "file"],
])("%s is %s, from %s", (name, value, from) => {
  expect(settings.get(name)).toEqual([value, from]);
});

test("no secret and no person is shown, neither there nor in the origins", () => {
  const shown = JSON.stringify([describe(config), config.origins]);
  expect(shown).not.toMatch(/hunter2|5511999990000|ana"/);
});

test("every setting is named once, and whatever was given is among them", () => {
  const names = describe(config).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const elsewhere = ["SOMBRA_LEGACY_URL", "WHATSAPP_PROVIDER", "routes.hooks.name"];
  expect(Object.keys(config.origins).filter((name) => !names.includes(name))).toEqual(
    expect.arrayContaining(elsewhere),
  );
  expect(Object.keys(config.origins).filter((name) => !names.includes(name))).toHaveLength(elsewhere.length);
});
