import { namesIn } from "./diff/index.ts";
import type { View } from "./page.ts";
import { sentenceTexts } from "./sentence-texts.ts";

interface Difference {
  /** As of a divergence. */
  readonly path: string;
  readonly kind: string;
}

type Words = ReturnType<typeof sentenceTexts.in>;

/** What differs, for who has never seen a path: `/effects/send.text/*` `extra` is "The candidate sends a text that legacy does not". */
export function sentence({ locale }: Pick<View, "locale">, { path, kind }: Difference): string {
  const t = sentenceTexts.in(locale);
  if (kind === "failed") return t.failed;
  if (kind === "legacy-failed") return t.legacyFailed;
  const [section, name = "", ...rest] = namesIn(path);
  // Places in lists and unnamed members say nothing to people.
  const below = (names: readonly string[]): string => names.filter((one) => !/^(\*|\d*)$/.test(one)).join(".");
  switch (section) {
    case "status":
      return t.status;
    case "headers":
      return answerSentence(t, kind, name === "" ? t.headers : t.header(name));
    case "body": {
      const field = below([name, ...rest]);
      return answerSentence(t, kind, field === "" ? t.body : t.inBody(field));
    }
    case "effects":
      return effectSentence(t, kind, { name, field: below(rest) });
    default:
      return t.answer;
  }
}

function answerSentence(t: Words, kind: string, it: string): string {
  if (kind === "added") return t.added(it);
  if (kind === "removed") return t.removed(it);
  return kind === "type" ? t.type(it) : t.changed(it);
}

function effectSentence(
  t: Words,
  kind: string,
  { name, field }: { readonly name: string; readonly field: string },
): string {
  const sent = /^send\.(.+)$/.exec(name)?.[1];
  const it = sent === undefined ? name : messageText(t, sent);
  if (kind === "extra") return sent === undefined ? t.doesExtra(it) : t.sendsExtra(it);
  if (kind === "missing") return sent === undefined ? t.doesMissing(it) : t.sendsMissing(it);
  return `${sent === undefined ? t.bothDo(it) : t.bothSend(it)}, ${howText(t, kind, field)}`;
}

function howText(t: Words, kind: string, field: string): string {
  if (kind === "duplicated") return t.notEquallyOften;
  if (kind === "reordered") return t.otherOrder;
  if (field === "") return t.otherwise;
  if (kind === "added") return t.onlyCandidate(field);
  return kind === "removed" ? t.onlyLegacy(field) : t.differs(field);
}

function messageText(t: Words, type: string): string {
  const { text, image, audio, video, document, sticker, location, contacts, reaction, interactive, template } = t;
  const words = { text, image, audio, video, document, sticker, location, contacts, reaction, interactive, template };
  return new Map(Object.entries(words)).get(type) ?? t.message;
}
