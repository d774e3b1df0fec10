/** A text in English and in Brazilian Portuguese, or what makes one of what is to stand in it. */
type Pair = readonly [english: string, portuguese: string];
type PairOf<A extends readonly never[]> = readonly [english: (...of: A) => string, portuguese: (...of: A) => string];

export const locales = ["en", "pt-BR"] as const;
export type Locale = (typeof locales)[number];

/** A part of the catalogue: every text in both languages, or it does not compile. */
type Part = Readonly<Record<string, Pair | PairOf<never[]>>>;

/** The texts of a part in one language. */
export type Texts<P extends Part> = { readonly [K in keyof P]: P[K] extends Pair ? string : P[K][0] };

export interface Catalogue<P extends Part> {
  in(locale: Locale): Texts<P>;
}

export function catalogue<const P extends Part>(part: P): Catalogue<P> {
  const english = pick(part, 0);
  const portuguese = pick(part, 1);
  return { in: (locale) => (locale === "en" ? english : portuguese) };
}

/** The language that a browser asks for first among ours (RFC 9110 12.5.4); another's speaker is shown English. */
export function preferredLocale(acceptLanguage: string): Locale {
  const asked = acceptLanguage.split(",").map((range, at) => {
    const [tag = "", ...parameters] = range.trim().toLowerCase().split(";");
    const [, weight = "1"] = /^q=([\d.]+)$/.exec(parameters.at(-1)?.trim() ?? "") ?? [];
    return { language: tag.split("-")[0], weight: Number(weight), at };
  });
  const ours = asked.filter(({ language, weight }) => (language === "en" || language === "pt") && weight > 0);
  const [first] = ours.toSorted((a, b) => b.weight - a.weight || a.at - b.at);
  return first?.language === "pt" ? "pt-BR" : "en";
}

export function localeOf(word: string | undefined): Locale | null {
  return locales.find((locale) => locale === word) ?? null;
}

function pick<P extends Part>(part: P, which: 0 | 1): Texts<P> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- entries lose their keys; these are those of the part
  return Object.fromEntries(Object.entries(part).map(([key, pair]) => [key, pair[which]])) as Texts<P>;
}
