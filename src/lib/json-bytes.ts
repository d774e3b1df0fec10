/**
 * Goes through the bytes of a JSON document (RFC 8259) without making anything of them.
 *
 * What passes something takes the position of its first byte and returns the one after its last: NaN where the bytes are not
 * what they must be. NaN stays NaN whatever is added to it, and nothing stands there, so nobody has to ask in between.
 */

export const openObject = 0x7b;
export const closeObject = 0x7d;
export const openArray = 0x5b;
export const closeArray = 0x5d;
export const comma = 0x2c;
const colon = 0x3a;
const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
const plus = 0x2b;
const point = 0x2e;
const zero = 0x30;

/** Iterative: bodies may be a million levels deep. */
export function passValue(text: Buffer, start: number): number {
  /** What closes the containers that are open, outermost first. */
  const open: number[] = [];
  let at = start;
  for (;;) {
    const byte = text[at];
    const close = byte === openObject ? closeObject : byte === openArray ? closeArray : null;
    if (close === null) {
      at = passScalar(text, at);
    } else {
      at = afterSpace(text, at + 1);
      if (text[at] !== close) {
        open.push(close);
        if (close === closeObject) at = passName(text, at);
        continue;
      }
      at += 1;
    }
    // A value has ended, and with it perhaps what it is in.
    for (;;) {
      const close = open.at(-1);
      if (close === undefined) return at;
      at = afterSpace(text, at);
      if (text[at] === comma) {
        at = afterSpace(text, at + 1);
        if (close === closeObject) at = passName(text, at);
        break;
      }
      if (text[at] !== close) return Number.NaN;
      open.pop();
      at += 1;
    }
  }
}

function passScalar(text: Buffer, at: number): number {
  switch (text[at]) {
    case quote:
      return passString(text, at);
    case 0x74:
      return passWord(text, at, "true");
    case 0x66:
      return passWord(text, at, "false");
    case 0x6e:
      return passWord(text, at, "null");
    default:
      return passNumber(text, at);
  }
}

function passName(text: Buffer, start: number): number {
  return passColon(text, passString(text, start));
}

/** To the value: the colon and the white space about it. */
export function passColon(text: Buffer, start: number): number {
  const at = afterSpace(text, start);
  return text[at] === colon ? afterSpace(text, at + 1) : Number.NaN;
}

/** A name as parsers read it: escapes are how it is spelled. */
export function nameBetween(text: Buffer, start: number, end: number): string {
  const spelled = text.toString("utf8", start + 1, end - 1);
  return spelled.includes("\\") ? String(JSON.parse(`"${spelled}"`)) : spelled;
}

export function passString(text: Buffer, start: number): number {
  if (text[start] !== quote) return Number.NaN;
  for (let at = start + 1; ; at += 1) {
    const byte = text[at] ?? 0;
    if (byte === quote) return at + 1;
    if (byte < 0x20) return Number.NaN;
    if (byte === backslash) {
      at += 1;
      if (text[at] === 0x75) {
        for (const end = at + 4; at < end; at += 1) if (!isHex(text[at + 1] ?? 0)) return Number.NaN;
      } else if (!escapes.has(text[at] ?? 0)) {
        return Number.NaN;
      }
    }
  }
}

/** What may follow a backslash, other than `u`. */
const escapes: ReadonlySet<number> = new Set(Buffer.from(String.raw`"\/bfnrt`));

function passWord(text: Buffer, start: number, word: string): number {
  for (let i = 0; i < word.length; i += 1) if (text[start + i] !== word.charCodeAt(i)) return Number.NaN;
  return start + word.length;
}

function passNumber(text: Buffer, start: number): number {
  let at = text[start] === minus ? start + 1 : start;
  at = text[at] === zero ? at + 1 : passDigits(text, at);
  if (text[at] === point) at = passDigits(text, at + 1);
  if (((text[at] ?? 0) | 0x20) !== 0x65) return at;
  const sign = text[at + 1];
  return passDigits(text, sign === plus || sign === minus ? at + 2 : at + 1);
}

/** At least one. */
function passDigits(text: Buffer, start: number): number {
  let at = start;
  while (isDigit(text[at] ?? 0)) at += 1;
  return at > start ? at : Number.NaN;
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= 0x39;
}

function isHex(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/** Space, tab, line feed, carriage return: nothing else is white space in JSON. */
export function afterSpace(text: Buffer, start: number): number {
  for (let at = start; ; at += 1) {
    const byte = text[at] ?? 0;
    // Most bytes that are asked about are no white space: one comparison tells.
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) return at;
  }
}
