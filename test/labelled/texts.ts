/** Texts: their letters, spaces and lines. */
import { bodies, json, type Labelled } from "./pair.ts";

const text = (name: string, legacy: string, candidate: string, ...found: readonly string[]): Labelled =>
  json(name, [{ text: legacy }, { text: candidate }], ...found);

const changed = "minor changed /body/text";

const plain = (name: string, legacy: string, candidate: string, ...found: readonly string[]): Labelled =>
  bodies(name, "text/plain", [legacy, candidate], ...found);

export const texts: readonly Labelled[] = [
  text("the same with accents", "Olá, João", "Olá, João"),
  text("the same emoji", "👋🏽 oi", "👋🏽 oi"),
  text("an accent", "Ola", "Olá", changed),
  text("an accent composed against decomposed", "Olá", "Ola\u0301", changed),
  text("a cedilla composed against decomposed", "ação", "ac\u0327a\u0303o", changed),
  text("a ligature against its letters", "ofício", "o\uFB01cio", changed),
  text("a wide digit", "1", "\uFF11", changed),
  text("the Kelvin sign against K", "K", "\u212A", changed),
  text("a Cyrillic letter that looks the same", "pedido", "pedid\u043E", changed),
  text("another emoji", "👍", "👎", changed),
  text("the skin of an emoji", "👋", "👋🏽", changed),
  text("an emoji's variation selector", "❤", "❤\uFE0F", changed),
  text("a family with one member less", "👨‍👩‍👧", "👨‍👩", changed),
  text("an emoji against its name", "👍", ":+1:", changed),
  text("half a pair", "a\uD83D", "a", changed),
  text("capitals", "Obrigada", "obrigada", changed),
  text("all capitals", "sim", "SIM", changed),
  text("a dotless i", "İstanbul", "Istanbul", changed),
  text("a sharp s", "Straße", "Strasse", changed),
  text("a space at the end", "Olá", "Olá ", changed),
  text("a space in front", "Olá", " Olá", changed),
  text("two spaces for one", "Olá Ana", "Olá  Ana", changed),
  text("a no-break space", "R$ 10", "R$\u00A010", changed),
  text("a zero-width space", "ab", "a\u200Bb", changed),
  text("a tab for a space", "a b", "a\tb", changed),
  text("a line feed for a space", "a b", "a\nb", changed),
  text("line ends of another system", "a\nb", "a\r\nb", changed),
  text("a full stop", "Obrigada.", "Obrigada", changed),
  text("typographic quotes", 'o "café"', "o “café”", changed),
  text("a dash for a hyphen", "a-b", "a–b", changed),
  text("an ellipsis for three dots", "...", "…", changed),
  text("a price inside a text", "Total: R$ 12,90", "Total: R$ 13,90", changed),
  text("a time inside a text", "às 10:00", "às 11:00", changed),
  text("a day inside a text", "entrega em 12/08", "entrega em 13/08", changed),
  text("a word more", "Tudo certo", "Tudo bem certo", changed),
  text("another language", "Obrigado pela compra", "Thanks for your order", changed),
  text("the end cut off", "a".repeat(4096), "a".repeat(4000), changed),
  text("a letter in the middle of a long one", `${"a".repeat(2000)}b`, `${"a".repeat(2000)}c`, changed),
  text("right-to-left, another letter", "שלום", "שלוס", changed),
  text("markup of WhatsApp", "*Total*", "Total", changed),
  text("a replacement character", "caf\uFFFD", "café", changed),
  text("text against text read in the wrong charset", "café", "cafÃ©", changed),

  plain("the same words", "EVENT_RECEIVED", "EVENT_RECEIVED"),
  plain("other words", "EVENT_RECEIVED", "OK", "minor changed /body/lines/0"),
  plain("words in another case", "Ok", "OK", "minor changed /body/lines/0"),
  plain("a line more at the end", "a\nb", "a\nb\nc", "minor added /body/lines/2"),
  plain("a line more at the front", "a\nb\nc", "x\na\nb\nc", "minor added /body/lines/0"),
  plain("a line less in the middle", "a\nb\nc", "a\nc", "minor removed /body/lines/1"),
  plain("another line", "um\ndois\ntrês", "um\n2\ntrês", "minor changed /body/lines/1"),
  plain("a line moved to the end", "a\nb\nc", "b\nc\na", "minor removed /body/lines/0", "minor added /body/lines/2"),
  plain("a line feed at the end", "a", "a\n", "minor added /body/lines/1"),
  plain("nothing against a word", "", "OK", "minor added /body"),
  plain("a word against nothing", "OK", "", "minor removed /body"),
  plain("a page with another title", "<p>\n<b>a</b>\n</p>", "<p>\n<b>b</b>\n</p>", "minor changed /body/lines/1"),
  bodies("Latin 1 against the same in Latin 1", "text/plain; charset=iso-8859-1", [
    Buffer.from("olá", "latin1"),
    Buffer.from("olá", "latin1"),
  ]),
  bodies(
    "Latin 1 against another word in it",
    "text/plain; charset=iso-8859-1",
    [Buffer.from("olá", "latin1"), Buffer.from("olé", "latin1")],
    "minor changed /body/lines/0",
  ),
];
