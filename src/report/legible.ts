/** What reorders the text around it (UAX #9), so that it could be read as something else. */
const BIDIRECTIONAL = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** The lines of a text that people gave, without what a terminal or a reader would take for an order. */
export function linesOf(text: string): readonly string[] {
  return text
    .trim()
    .split(/\r\n|[\n\r\u2028\u2029]/u)
    .map((line) =>
      line
        .replaceAll(BIDIRECTIONAL, "")
        .replaceAll(/\p{Cc}/gu, " ")
        .trimEnd(),
    );
}
