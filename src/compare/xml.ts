import { SaxesParser } from "saxes";
import { MAX_DEPTH } from "../lib/depth.ts";
import type { Node } from "./json.ts";
import { NotComparable } from "./not-comparable.ts";

/** Holds an element's children, in order: no attribute can be called so. */
const CHILDREN = "$";
/** Of the document: what is neither an element nor a comment. */
const DOCTYPE = "$doctype";
/** Among children, and of the document: no element can be called so. */
const INSTRUCTION = "$instruction";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  /** Text since the last child that is no text. */
  text: string;
}

/**
 * An XML document as `{name: {attribute: "value", ..., $: [children]}}`: a child is such an object, or a text. Comments,
 * the declaration, and white space beside elements are no content; CDATA is text. Entities of its own are not read: a
 * document that uses one is text, like one that is not well-formed. Throws where it is either.
 */
export function parseXml(text: string): Node {
  /** `Object.fromEntries` defines, so an element called `__proto__` is one like any other. */
  const document: [string, Node][] = [];
  const instructions: Node[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });

  const addText = (piece: string): void => {
    const parent = open.at(-1);
    if (parent !== undefined) parent.text += piece;
  };
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length === MAX_DEPTH) throw new NotComparable("too-deep");
    open.push({ name, attributes, children: [], text: "" });
  });
  parser.on("closetag", () => {
    const element = open.pop();
    if (element === undefined) return;
    endText(element, element.children.length === 0);
    const node = { ...element.attributes, [CHILDREN]: element.children };
    const parent = open.at(-1);
    if (parent === undefined) document.push([element.name, node]);
    else addChild(parent, { [element.name]: node });
  });
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("doctype", (doctype) => {
    document.push([DOCTYPE, doctype.trim()]);
  });
  parser.on("processinginstruction", ({ target, body }) => {
    const instruction = `${target} ${body}`.trim();
    const parent = open.at(-1);
    if (parent === undefined) instructions.push(instruction);
    else addChild(parent, { [INSTRUCTION]: instruction });
  });
  parser.write(text).close();
  if (instructions.length > 0) document.push([INSTRUCTION, instructions]);
  return Object.fromEntries(document);
}

function addChild(parent: Element, child: Node): void {
  endText(parent, false);
  parent.children.push(child);
}

function endText(element: Element, isAll: boolean): void {
  const { text } = element;
  element.text = "";
  if (text !== "" && (isAll || /[^ \t\r\n]/.test(text))) element.children.push(text);
}
