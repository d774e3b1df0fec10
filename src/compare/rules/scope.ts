import type { Rule, RuleScope } from "../../model/index.ts";
import type { Subject } from "../subject.ts";

/** Whether a rule speaks of items of this kind of this route, answers or effects. */
export function speaksOf({ route, itemKind, where }: RuleScope, subject: Subject, at: "answer" | "effect"): boolean {
  if (route !== null && route !== subject.route) return false;
  if (where !== null && where !== at) return false;
  if (itemKind === null || itemKind === subject.itemKind) return true;
  return itemKind.endsWith(".*") && subject.itemKind.startsWith(itemKind.slice(0, -1));
}

/** Whether a rule's path covers a place, which is written without indexes. */
export function pathTest({ path }: Pick<Rule, "path">): (general: string) => boolean {
  if (!path.includes("*")) return (general) => general === path;
  const wanted = path.split("/");
  const rest = wanted.at(-1) === "**";
  if (rest) wanted.pop();
  return (general) => {
    const segments = general === "/" && rest ? [""] : general.split("/");
    if (rest ? segments.length < wanted.length : segments.length !== wanted.length) return false;
    // What is cut off for its length stands for more than one segment.
    return wanted.every((name, i) => (name === "*" ? segments[i] !== "**" : name === segments[i]));
  };
}
