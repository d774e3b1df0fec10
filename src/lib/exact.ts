import { hash } from "node:crypto";

/** What a document is made of: JSON, and what JSON.parse would lose or has no value for. */
export type Node = null | boolean | number | string | Exact | NodeArray | NodeObject;
export type NodeArray = readonly Node[];
export interface NodeObject {
  readonly [name: string]: Node;
}

/** A leaf that no value of JavaScript stands for exactly. Two are the same where type and text are. */
export class Exact {
  readonly type: "number" | "bytes";
  /** The number as written, or the SHA-256 of the bytes in hex. */
  readonly text: string;
  /** Bytes; 0 for a number. */
  readonly length: number;

  private constructor(type: "number" | "bytes", text: string, length: number) {
    this.type = type;
    this.text = text;
    this.length = length;
  }

  /** A number that a double does not hold, or that is written in another way than JavaScript writes it: `1.0`, `1e2`, `-0`. */
  static number(text: string): Exact {
    return new Exact("number", text, 0);
  }

  static bytes(bytes: Uint8Array): Exact {
    return new Exact("bytes", hash("sha256", bytes, "hex"), bytes.length);
  }
}

/** The values of a member that an object has more than once, in order. Never told to be equal to an array of the same. */
export class Repeated extends Array<Node> {}

export function isArray(value: Node | undefined): value is NodeArray {
  return Array.isArray(value);
}

export function isObject(value: Node | undefined): value is NodeObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Exact);
}
