import { CallError } from "./failure.ts";
import type { RawHeaders } from "./headers.ts";

/** What an answer is told as, in order: `informational`*, `start`, `data`*, `end`. */
export interface AnswerEvents {
  informational(status: number, headers: RawHeaders): void;
  start(status: number, reason: string, headers: RawHeaders): void;
  data(chunk: Buffer): void;
  end(trailers: RawHeaders): void;
}

export interface AnswerOptions {
  /** Of the request: an answer to HEAD has no body. */
  readonly method: string;
  readonly maxHeaderBytes: number;
}

/** Status line and fields without the empty line (RFC 9112 sections 4 and 5); nothing folded, no bare CR, LF or NUL. */
const headForm =
  /^HTTP\/1\.[01] [1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+\-.^_`|~\w]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const trailersForm =
  /^[!#$%&'*+\-.^_`|~\w]+:[\t\x20-\x7e\x80-\xff]*(?:\r\n[!#$%&'*+\-.^_`|~\w]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const sizeForm = /^([\da-fA-F]{1,13})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
const prefix = "HTTP/1.";
/** What a whole answer of usual size is read as at once. */
const glanceBytes = 4_096;
/** Of a chunk's size with its extensions. */
const maxSizeBytes = 4_096;

/** `length`, `chunk`: bytes of a known number; `chunk-end`: the line end behind them. */
type State = "head" | "length" | "size" | "chunk" | "chunk-end" | "trailers" | "until-close" | "over";

/**
 * Reads one answer off a connection (RFC 9112). Throws a `bad-answer` where the bytes are no answer, or an ambiguous one:
 * a length given twice, or beside a transfer coding.
 */
export class AnswerReader {
  readonly #options: AnswerOptions;
  readonly #events: AnswerEvents;
  #state: State = "head";
  /** What has come of a line or head that is not complete. */
  #rest: Buffer | null = null;
  #left = 0;
  #keepAlive = false;
  #hintMs: number | null = null;
  #excess = false;

  constructor(options: AnswerOptions, events: AnswerEvents) {
    this.#options = options;
    this.#events = events;
  }

  get over(): boolean {
    return this.#state === "over";
  }

  /** For how long the connection may be used again, by the sender's word; null: it said nothing; 0: not at all. */
  get keepMs(): number | null {
    return this.#keepAlive && !this.#excess ? this.#hintMs : 0;
  }

  take(chunk: Buffer): void {
    let rest = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = null;
    while (rest.length > 0 && this.#state !== "over") {
      const used = this.#step(rest);
      if (used === 0) {
        this.#rest = rest;
        return;
      }
      rest = rest.subarray(used);
    }
    if (rest.length > 0) this.#excess = true;
  }

  /** The sender has closed the connection. */
  closed(): void {
    if (this.#state === "until-close") this.#end([]);
  }

  /** How many bytes it has used; 0: it needs more. */
  #step(rest: Buffer): number {
    switch (this.#state) {
      case "head":
        return this.#headOf(rest);
      case "length":
      case "chunk":
        return this.#body(rest);
      case "size":
        return this.#size(rest);
      case "chunk-end":
        if (rest.length < 2) return 0;
        if (rest[0] !== 13 || rest[1] !== 10) throw bad("chunk end");
        this.#state = "size";
        return 2;
      case "trailers":
        return this.#trailers(rest);
      case "until-close":
        this.#events.data(rest);
        return rest.length;
      case "over":
        return 0;
    }
  }

  #headOf(rest: Buffer): number {
    // Empty lines ahead of it (RFC 9112 section 2.2): some servers write one behind every body.
    let empty = 0;
    while (rest[empty] === 13 || rest[empty] === 10) empty += 1;
    if (empty > 0) return empty;
    const { maxHeaderBytes } = this.#options;
    const glance = rest.toString("latin1", 0, glanceBytes);
    const end = lengthOfHead(rest, glance);
    if (end < 0) {
      if (!prefix.startsWith(glance.slice(0, prefix.length)) || rest.length > maxHeaderBytes) throw bad("head");
      return 0;
    }
    const head = end <= glance.length ? glance.slice(0, end) : rest.toString("latin1", 0, end);
    if (end > maxHeaderBytes || !headForm.test(head)) throw bad("head");
    const lineEnd = head.indexOf("\r\n");
    const line = lineEnd < 0 ? head : head.slice(0, lineEnd);
    const headers = lineEnd < 0 ? [] : fieldsOf(head, lineEnd + 2);
    // `HTTP/1.1 200 OK`
    const status = Number(line.slice(9, 12));
    if (status < 200) {
      if (status === 101) throw bad("upgrade");
      this.#events.informational(status, headers);
      return end + 4;
    }
    this.#framed(status, headers, line.charAt(7) === "1");
    this.#events.start(status, line.slice(13), headers);
    if (this.#state === "length" && this.#left === 0) this.#end([]);
    return end + 4;
  }

  /** How the answer ends (RFC 9112 section 6.3), and whether the connection can be used again (9.3). */
  #framed(status: number, headers: RawHeaders, isCurrent: boolean): void {
    let length: number | null = null;
    let coding: string | null = null;
    let said: boolean | null = null;
    for (let i = 0; i < headers.length; i += 2) {
      const size = headers[i]?.length;
      if (size !== 10 && size !== 14 && size !== 17) continue;
      const value = headers[i + 1] ?? "";
      switch (headers[i]?.toLowerCase()) {
        case "content-length":
          if (length !== null || !/^\d{1,15}$/.test(value)) throw bad("length");
          length = Number(value);
          break;
        case "transfer-encoding":
          coding = coding === null ? value : `${coding},${value}`;
          break;
        case "connection":
          said = isKept(value, said);
          break;
        case "keep-alive":
          this.#hintMs = hintOf(value);
          break;
        default:
      }
    }
    if (coding !== null && length !== null) throw bad("length and coding");
    const isHead = this.#options.method === "HEAD";
    const isBare = isHead || status === 204 || status === 304;
    // A body that comes all the same would be taken for the next answer.
    const mayFollow = isHead || (isBare && (coding !== null || (length ?? 0) > 0));
    this.#keepAlive = (said ?? isCurrent) && !mayFollow;
    if (isBare) this.#await("length", 0);
    else if (coding !== null && /(?:^|,)[\t ]*chunked$/i.test(coding)) this.#await("size", 0);
    else if (length !== null) this.#await("length", length);
    else {
      this.#keepAlive = false;
      this.#await("until-close", 0);
    }
  }

  #await(state: State, left: number): void {
    this.#state = state;
    this.#left = left;
  }

  #body(rest: Buffer): number {
    const some = rest.length <= this.#left ? rest : rest.subarray(0, this.#left);
    this.#left -= some.length;
    this.#events.data(some);
    if (this.#left > 0) return some.length;
    if (this.#state === "length") this.#end([]);
    else this.#state = "chunk-end";
    return some.length;
  }

  #size(rest: Buffer): number {
    const end = rest.indexOf("\r\n");
    if (end > maxSizeBytes || (end < 0 && rest.length > maxSizeBytes)) throw bad("chunk size");
    if (end < 0) return 0;
    const [, digits] = sizeForm.exec(rest.toString("latin1", 0, end)) ?? [];
    if (digits === undefined) throw bad("chunk size");
    const size = Number.parseInt(digits, 16);
    this.#await(size === 0 ? "trailers" : "chunk", size);
    return end + 2;
  }

  #trailers(rest: Buffer): number {
    if (rest.length < 2) return 0;
    if (rest[0] === 13 && rest[1] === 10) {
      this.#end([]);
      return 2;
    }
    const end = rest.indexOf("\r\n\r\n");
    if (Math.max(end, end < 0 ? rest.length : 0) > this.#options.maxHeaderBytes) throw bad("trailers");
    if (end < 0) return 0;
    const text = rest.toString("latin1", 0, end);
    if (!trailersForm.test(text)) throw bad("trailers");
    this.#end(fieldsOf(text, 0));
    return end + 4;
  }

  #end(trailers: RawHeaders): void {
    this.#state = "over";
    this.#events.end(trailers);
  }
}

/** Bytes up to the empty line that ends it; -1: that has not come. `glance`: its begin. */
function lengthOfHead(rest: Buffer, glance: string): number {
  const end = glance.indexOf("\r\n\r\n");
  return end < 0 && rest.length > glance.length ? rest.indexOf("\r\n\r\n") : end;
}

/** Of lines of the right form: names, and values without the blanks around them. */
function fieldsOf(text: string, from: number): string[] {
  const out: string[] = [];
  for (let start = from; start < text.length;) {
    const next = text.indexOf("\r\n", start);
    const end = next < 0 ? text.length : next;
    const colon = text.indexOf(":", start);
    out.push(text.slice(start, colon), trimmed(text, colon + 1, end));
    start = end + 2;
  }
  return out;
}

function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Space or tab: other white space is a part of the value. */
function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** What `Connection` says of its connection, after what it said before (RFC 9112 section 9.3): `close` counts; null: nothing. */
function isKept(value: string, before: boolean | null): boolean | null {
  if (before === false) return false;
  if (value === "keep-alive") return true;
  if (/(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(value)) return false;
  return /(?:^|,)[\t ]*keep-alive[\t ]*(?:,|$)/i.test(value) ? true : before;
}

/** The `Keep-Alive` read last: a server says the same all the time. */
let lastHint: { readonly value: string; readonly ms: number | null } = { value: "", ms: null };

function hintOf(value: string): number | null {
  if (value !== lastHint.value) lastHint = { value, ms: readHint(value) };
  return lastHint.ms;
}

/** `timeout=5`, in seconds. */
function readHint(value: string): number | null {
  const [, seconds] = /(?:^|[,;\s])timeout=(\d{1,9})(?:$|[,;\s])/i.exec(value) ?? [];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}

function bad(what: string): CallError {
  return new CallError("bad-answer", true, new Error(`Not an HTTP answer: ${what}`));
}
