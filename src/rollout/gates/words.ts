/** How figures are written in sentences for people. */
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

export function count(value: number): string {
  return whole.format(value);
}

export function figure(value: number): string {
  return short.format(value);
}

/** Of a share: `0.12 %`. */
export function percent(share: number): string {
  return `${short.format(share * 100)} %`;
}

const units = [
  [1, "ms"],
  [1_000, "s"],
  [60_000, "min"],
  [3_600_000, "h"],
  [86_400_000, "days"],
] as const;

/** In the largest unit of which it is one and a half at least. */
export function span(ms: number): string {
  const [size, unit] = units.findLast(([one]) => ms >= 1.5 * one) ?? units[0];
  return `${short.format(ms / size)} ${unit}`;
}
