import { isUtf8 } from "node:buffer";
import type { Media } from "./media.ts";

/** The text of a body in its charset; null where it is in none that is known, or is not what that says. */
export function textOf(body: Buffer, media: Media): string | null {
  const charset = media.charset ?? (isUtf16(body) ? "utf-16" : media.class === "xml" ? charsetOfXml(body) : "utf-8");
  if (isUtf8Name(charset)) {
    return isUtf8(body) ? body.toString("utf8") : null;
  }
  try {
    return new TextDecoder(withOrder(charset, body), { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

/** ASCII is UTF-8 as well. */
export function isUtf8Name(charset: string): boolean {
  return charset === "utf-8" || charset === "utf8" || charset === "us-ascii";
}

/** `utf-16` is what its mark says, and without one little-endian (Encoding Standard, 4.2). */
function withOrder(charset: string, body: Buffer): string {
  return charset === "utf-16" && body[0] === 0xfe && body[1] === 0xff ? "utf-16be" : charset;
}

const DECLARED = /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]{1,40})["']/;
/** An XML declaration is among the first so many bytes. */
const MAX_DECLARATION = 256;

/** By its mark, with which nothing begins in UTF-8 (Encoding Standard, 6). */
function isUtf16([first, second]: Buffer): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** By its declaration (XML 1.0, 4.3.3). */
function charsetOfXml(body: Buffer): string {
  return DECLARED.exec(body.toString("latin1", 0, MAX_DECLARATION))?.[1]?.toLowerCase() ?? "utf-8";
}
