/** What the comparison says of pairs of which a person has said before what is true. */
import { describe, expect, test } from "vitest";
import { wholeAnswers } from "./answers.ts";
import { arrays } from "./arrays.ts";
import { otherBodies } from "./bodies.ts";
import { contents } from "./contents.ts";
import { documents } from "./documents.ts";
import { judge } from "./judge.ts";
import { messages } from "./messages.ts";
import { moments } from "./moments.ts";
import { noise } from "./noise.ts";
import { numbers } from "./numbers.ts";
import { operations } from "./operations.ts";
import type { Labelled } from "./pair.ts";
import { recipients } from "./recipients.ts";
import { ruled } from "./ruled.ts";
import { sends } from "./sends.ts";
import { texts } from "./texts.ts";
import { values } from "./values.ts";
import { written } from "./written.ts";
import { xml } from "./xml.ts";

const themes: Readonly<Record<string, readonly Labelled[]>> = {
  values,
  numbers,
  arrays,
  documents,
  texts,
  "other bodies": otherBodies,
  "whole answers": wholeAnswers,
  sends,
  contents,
  messages,
  operations,
  recipients,
  noise,
  moments,
  written,
  xml,
  ruled,
};

const all = Object.values(themes).flat();

/** The label as the one of its alternatives that was said; as it is where none was. */
function expectedOf({ found }: Labelled, said: readonly string[]): readonly string[] {
  const left = [...said];
  return found
    .map((label) => {
      const one = alternatives(label).find((each) => left.includes(each));
      if (one !== undefined) left.splice(left.indexOf(one), 1);
      return one ?? label;
    })
    .toSorted();
}

/** `severity kind path or path`: either says the same. */
function alternatives(label: string): readonly string[] {
  const [words = "", ...others] = label.split(" or ");
  const before = words.slice(0, words.lastIndexOf(" ") + 1);
  return [words, ...others.map((path) => before + path)];
}

const kindOf = (found: readonly string[]): string =>
  found.length === 0 ? "match" : found.every((label) => label.startsWith("noise(")) ? "noise" : "divergent";

describe.each(Object.entries(themes))("%s", (_theme, pairs) => {
  test.each(pairs.map((pair) => [pair.name, pair] as const))("%s", (_name, pair) => {
    const said = judge(pair);
    expect(said).toEqual({ kind: kindOf(pair.found), found: expectedOf(pair, said.found) });
  });
});

test("there are enough of them, each of its own name: every difference is found, and none is made up", () => {
  const missed: string[] = [];
  const invented: string[] = [];
  for (const pair of all) {
    const { found } = judge(pair);
    const expected = expectedOf(pair, found);
    missed.push(...expected.filter((label) => !found.includes(label)).map((label) => `${pair.name}: ${label}`));
    invented.push(...found.filter((said) => !expected.includes(said)).map((said) => `${pair.name}: ${said}`));
  }
  const planted = all.reduce((sum, { found }) => sum + found.length, 0);
  expect(all.length).toBeGreaterThanOrEqual(300);
  const names = Object.entries(themes).flatMap(([theme, pairs]) => pairs.map(({ name }) => `${theme}: ${name}`));
  expect(new Set(names).size).toBe(all.length);
  expect({ recall: 1 - missed.length / planted, missed, invented }).toEqual({ recall: 1, missed: [], invented: [] });
});
