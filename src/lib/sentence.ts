/**
 * What Sombra says to people, in English, which logs, records and programs have, and in Brazilian Portuguese, for pages. Made where
 * it is known what is to be said: nobody has to read it out of the other one.
 */
export interface Sentence {
  readonly text: string;
  readonly pt: string;
}

/** As it was kept, or as somebody else said it: an earlier release kept English alone, and what a store answers is no sentence of ours. */
export interface Spoken {
  readonly text: string;
  readonly pt?: string | undefined;
}

export function say(text: string, pt: string): Sentence {
  return { text, pt };
}

/** The same in both: names, figures, and what others said. */
export function asIs(text: string): Sentence {
  return { text, pt: text };
}

export function spoken({ text, pt = text }: Spoken): Sentence {
  return { text, pt };
}

/** One after the other, with `between` between them. */
export function joined(sentences: readonly Sentence[], between: string): Sentence {
  return {
    text: sentences.map(({ text }) => text).join(between),
    pt: sentences.map(({ pt }) => pt).join(between),
  };
}

/** How figures are written in sentences. */
interface Words {
  readonly count: (value: number) => string;
  readonly figure: (value: number) => string;
  /** Of a share: `0.12 %`. */
  readonly percent: (share: number) => string;
  /** In the largest unit of which it is one and a half at least. */
  readonly span: (ms: number) => string;
}

const units = [
  [1, "ms"],
  [1_000, "s"],
  [60_000, "min"],
  [3_600_000, "h"],
  [86_400_000, "days"],
] as const;

function wordsIn(language: string, days: string): Words {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  return {
    count: (value) => whole.format(value),
    figure: (value) => short.format(value),
    percent: (share) => `${short.format(share * 100)} %`,
    span(ms) {
      const [size, unit] = units.findLast(([one]) => ms >= 1.5 * one) ?? units[0];
      return `${short.format(ms / size)} ${unit === "days" ? days : unit}`;
    },
  };
}

export const en = wordsIn("en-US", "days");
export const pt = wordsIn("pt-BR", "dias");
