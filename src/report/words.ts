import { count, percent, type Quantile, type Rate } from "../rollout/index.ts";

export { count, percent, span } from "../rollout/index.ts";

/** In place of what is not known or not there. */
export const NOTHING = "-";

/** To the second: `2026-02-01 13:00:00 UTC`. */
export function time(at: string | null): string {
  return at === null ? NOTHING : `${at.slice(0, 19).replace("T", " ")} UTC`;
}

/** `token:anna`: who, and how it was asked; Sombra itself by its name. */
export function who(by: string | null): string {
  if (by === null || by === "") return NOTHING;
  const [, kind = "", name = ""] = /^([a-z]+):(.+)$/s.exec(by) ?? [];
  if (name === "" || kind === "automatic") return "Sombra";
  return `${name} (${kind})`;
}

export function ms(value: number | null): string {
  return value === null ? NOTHING : `${figure(value)} ms`;
}

const short = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

export function figure(value: number): string {
  return short.format(value);
}

/** `48 ms (47 to 49)` */
export function quantileText({ ms: value, from_ms: from, to_ms: to }: Quantile): string {
  if (value === null) return NOTHING;
  if (from === null && to === null) return ms(value);
  const bounds =
    from === null ? `to ${figure(to ?? 0)}` : to === null ? `from ${figure(from)}` : `${figure(from)} to ${figure(to)}`;
  return `${ms(value)} (${bounds})`;
}

/** `3 (0.08 %; 0.03 % to 0.23 %)` */
export function rateText({ count: bad, rate, from, to }: Rate): string {
  return rate === null ? NOTHING : `${count(bad)} (${percent(rate)}; ${percent(from)} to ${percent(to)})`;
}

/** With a full stop, as it is: what begins it may be a name. */
export function stopped(text: string): string {
  const said = text.trim();
  return said === "" || /[.!?…]$/.test(said) ? said : `${said}.`;
}
