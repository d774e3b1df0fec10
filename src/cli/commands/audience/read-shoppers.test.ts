import { expect, test } from "vitest";
import { CommandError } from "../command.ts";
import { readShoppers } from "./read-shoppers.ts";

test("a shopper on each line: blanks are passed over, one named twice counts once", () => {
  expect(readShoppers("f", "\ufeffa\r\n\r\n b \nc\na\n", undefined)).toEqual({ shoppers: ["a", "b", "c"], twice: 1 });
});

test.each([
  ["phone", 'name,phone\n"Ana, the first",1\nBo,2\n'],
  ["2", "Ana,1\nBo,2\n"],
  ["phone", "name;phone\nAna;1\nBo;2\n"],
])("column %s of CSV", (column, text) => {
  expect(readShoppers("f", text, column).shoppers).toEqual(["1", "2"]);
});

test.each([
  ["", undefined, "f names no shopper"],
  ["\n \n", undefined, "f names no shopper"],
  ["a\nb,c\n", undefined, "f line 2 has several fields: say which column with --column"],
  ["name,phone\na,1\n", "phon", 'f has no column "phon" in its first line, did you mean "phone"'],
  ["a,1\nb\n", "2", "f row 2 has no column 2"],
  ["a,1\n", "0", "f row 1 has no column 0"],
  ['phone,x\n"1,2\n', "phone", "has a quote that is not closed"],
])("%j with column %s is refused, and nobody is named", (text, column, message) => {
  expect(() => readShoppers("f", text, column)).toThrow(CommandError);
  expect(() => readShoppers("f", text, column)).toThrow(message);
});
