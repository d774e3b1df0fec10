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

export function span(ms: number): string {
  const [value, unit] =
    ms < 90_000
      ? [ms / 1_000, "s"]
      : ms < 5_400_000
        ? [ms / 60_000, "min"]
        : ms < 129_600_000
          ? [ms / 3_600_000, "h"]
          : [ms / 86_400_000, "days"];
  return `${short.format(value)} ${unit}`;
}
