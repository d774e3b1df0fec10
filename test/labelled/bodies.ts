/** Bodies that are neither JSON nor text: forms, multipart, bytes; and what the type says of them. */
import { answers, bodies, type Labelled } from "./pair.ts";

const form = (name: string, legacy: string, candidate: string, ...found: readonly string[]): Labelled =>
  bodies(name, "application/x-www-form-urlencoded", [legacy, candidate], ...found);

interface Part {
  readonly name: string;
  readonly content: string;
  readonly file?: string;
  readonly type?: string;
}

function multipart(parts: readonly Part[], boundary = "limite"): string {
  const written = parts.map(({ name, content, file, type }) => {
    const disposition = `form-data; name="${name}"${file === undefined ? "" : `; filename="${file}"`}`;
    const typed = type === undefined ? "" : `\r\nContent-Type: ${type}`;
    return `--${boundary}\r\nContent-Disposition: ${disposition}${typed}\r\n\r\n${content}\r\n`;
  });
  return `${written.join("")}--${boundary}--\r\n`;
}

function parted(name: string, [legacy, candidate]: readonly [readonly Part[], readonly Part[]], ...found: string[]) {
  return bodies(name, "multipart/form-data; boundary=limite", [multipart(legacy), multipart(candidate)], ...found);
}

const caption: Part = { name: "caption", content: "Recibo" };
const file: Part = { name: "file", content: "%PDF-1.4 um", file: "recibo.pdf", type: "application/pdf" };

const bytes = (...values: readonly number[]) => Buffer.from(values);
const png = bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 1);
const otherPng = bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 2);

export const otherBodies: readonly Labelled[] = [
  form("the same form", "To=whatsapp%3A%2B447700900123&Body=Oi", "To=whatsapp%3A%2B447700900123&Body=Oi"),
  form("a space as a plus and as an escape", "Body=Oi+Ana", "Body=Oi%20Ana"),
  form("letters escaped without need", "Body=Oi", "Body=%4Fi"),
  form("escapes in the other case", "To=%2B1", "To=%2b1"),
  form("fields in another order", "a=1&b=2", "b=2&a=1"),
  form("another value", "Body=Oi&To=1", "Body=Ola&To=1", "minor changed /body/Body/0"),
  form("an accent", "Body=Ol%C3%A1", "Body=Ola", "minor changed /body/Body/0"),
  form("an empty value against another", "Body=&To=1", "Body=x&To=1", "minor changed /body/Body/0"),
  form("an empty value against none", "Body=&To=1", "To=1", "minor removed /body/Body"),
  form("a field more", "a=1", "a=1&b=2", "minor added /body/b"),
  form("a field less", "a=1&b=2", "a=1", "minor removed /body/b"),
  form("a value more of a field", "MediaUrl=a", "MediaUrl=a&MediaUrl=b", "minor added /body/MediaUrl/1"),
  form("a value in front of others", "m=b&m=c", "m=a&m=b&m=c", "minor added /body/m/0"),
  form("leading noughts", "n=07", "n=7", "minor changed /body/n/0"),
  form("a decimal in another form", "price=12.9", "price=12.90", "critical changed /body/price/0"),
  form("a plus that is a plus", "To=%2B44", "To=+44", "minor changed /body/To/0"),
  form("a field's name in another case", "Body=Oi", "body=Oi", "minor removed /body/Body", "minor added /body/body"),
  form("a field named by a number", "447700900123=1", "447700900123=2", "minor changed /body/{}/0"),

  parted("the same parts", [
    [caption, file],
    [caption, file],
  ]),
  bodies("the same parts under another boundary", "multipart/form-data", [multipart([caption]), multipart([caption])]),
  answers("the same parts, each under a boundary of its own", [
    { type: "multipart/form-data; boundary=um", body: multipart([caption, file], "um") },
    { type: "multipart/form-data; boundary=dois", body: multipart([caption, file], "dois") },
  ]),
  parted(
    "another caption",
    [
      [caption, file],
      [{ ...caption, content: "Nota" }, file],
    ],
    "minor changed /body/caption/0/text/0",
  ),
  parted(
    "another file",
    [
      [caption, file],
      [caption, { ...file, content: "%PDF-1.4 dois" }],
    ],
    "minor changed /body/file/0/bytes",
  ),
  parted(
    "a file under another name",
    [[file], [{ ...file, file: "nota.pdf" }]],
    "minor changed /body/file/0/headers/content-disposition",
  ),
  parted("a part less", [[caption, file], [file]], "minor removed /body/caption"),
  parted("a part more", [[file], [caption, file]], "minor added /body/caption"),

  bodies("the same picture", "image/png", [png, Buffer.from(png)]),
  bodies("another picture", "image/png", [png, otherPng], "minor changed /body"),
  bodies("a picture cut off", "image/png", [png, png.subarray(0, 8)], "minor changed /body"),
  bodies("a picture against nothing", "image/png", [png, Buffer.alloc(0)], "minor removed /body"),
  bodies("nothing against a picture", "image/png", [Buffer.alloc(0), png], "minor added /body"),
  bodies(
    "bytes of no known type that differ",
    "application/octet-stream",
    [bytes(0, 1, 2), bytes(0, 1, 3)],
    "minor changed /body",
  ),
  bodies("letters said to be bytes", "application/octet-stream", ["a", "b"], "minor changed /body"),
  bodies(
    "JSON that is not UTF-8",
    "application/json",
    [bytes(0x22, 0xff, 0x22), bytes(0x22, 0xfe, 0x22)],
    "minor changed /body",
  ),

  answers(
    "JSON without a type against the same with one",
    [
      { type: null, body: '{"a":1}' },
      { type: "application/json", body: '{ "a": 1 }' },
    ],
    "minor added /headers/content-type",
  ),
  answers("neither has a type, laid out otherwise", [
    { type: null, body: '{"a":1}' },
    { type: null, body: '{ "a": 1 }' },
  ]),
  answers(
    "neither has a type, another value",
    [
      { type: null, body: '{"a":1}' },
      { type: null, body: '{"a":2}' },
    ],
    "minor changed /body/a",
  ),
  answers(
    "neither has a type, other words",
    [
      { type: null, body: "OK" },
      { type: null, body: "KO" },
    ],
    "minor changed /body/lines/0",
  ),
  answers(
    "JSON against the same said to be text",
    [
      { type: "application/json", body: '{"a":1}' },
      { type: "text/plain", body: '{"a":1}' },
    ],
    "minor changed /headers/content-type",
    "minor type /body",
  ),
  answers(
    "JSON against a page",
    [
      { type: "application/json", body: '{"a":1}' },
      { type: "text/html", body: "<h1>Erro</h1>" },
    ],
    "minor changed /headers/content-type",
    "minor type /body",
  ),
  answers(
    "JSON against a form",
    [
      { type: "application/json", body: '{"a":"1"}' },
      { type: "application/x-www-form-urlencoded", body: "a=1" },
    ],
    "minor changed /headers/content-type",
    "minor type /body",
  ),
];
