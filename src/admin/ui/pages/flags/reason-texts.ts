import type { Explanation } from "../../../../flags/index.ts";
import { catalogue, type Locale } from "../../locale.ts";

const texts = catalogue({
  killed: ["the kill switch is thrown", "o kill switch está acionado"],
  force_off: [
    "SOMBRA_FORCE_OFF or a local trip holds it off",
    "SOMBRA_FORCE_OFF ou um disparo local a mantém desligada",
  ],
  disabled: ["the master switch is off", "a chave geral está desligada"],
  denylist: ["the shopper is in the denylist", "o shopper está na denylist"],
  force_on: ["the shopper is in forceOn", "o shopper está em forceOn"],
  audience: ["the shopper is not in the audience", "o shopper não está na audience"],
  allowed: ["the shopper is in the allowlist", "o shopper está na allowlist"],
  not_allowed: ["there is an allowlist, and the shopper is not in it", "há uma allowlist, e o shopper não está nela"],
  within: ["the shopper's bucket is within the percent", "o bucket do shopper está dentro da porcentagem"],
  outside: ["the shopper's bucket is not within the percent", "o bucket do shopper não está dentro da porcentagem"],
  enabled: ["it is on, and nothing narrows it", "está ligada, e nada restringe"],
  default: ["nothing is said: its default decides", "nada é dito: o padrão decide"],
  fail_on: [
    "no value says off, and in doubt a shadow or dual-run flag is on",
    "nenhum valor diz desligada, e na dúvida uma flag de shadow ou dual-run fica ligada",
  ],
});

/** Why, for people; does not name the shopper. */
export function reasonTexts(locale: Locale, { reason, enabled }: Explanation): string {
  const t = texts.in(locale);
  if (reason === "allowlist") return enabled ? t.allowed : t.not_allowed;
  if (reason === "percent") return enabled ? t.within : t.outside;
  return t[reason];
}
