/** Numbers, which are what they are written as. */
import { type Labelled, written } from "./pair.ts";

const number = (name: string, legacy: string, candidate: string, ...found: readonly string[]): Labelled =>
  written(name, [`{"n":${legacy}}`, `{"n":${candidate}}`], ...found);

const changed = "minor changed /body/n";

export const numbers: readonly Labelled[] = [
  number("the same integer", "7", "7"),
  number("the same decimal", "12.5", "12.5"),
  number("the same big integer", "9007199254740993", "9007199254740993"),
  number("the same form of one", "1.0", "1.0"),
  number("neighbours", "7", "8", changed),
  number("a sign", "7", "-7", changed),
  number("a cent", "12.90", "12.91", changed),
  number("a tenth place", "38.9", "38.90", changed),
  number("an integer as a decimal", "1", "1.0", changed),
  number("an integer with an exponent", "100", "1e2", changed),
  number("nought with a sign", "0", "-0", changed),
  number("a factor of a hundred", "1290", "12.90", changed),
  number("big integers one apart, which doubles cannot tell", "9007199254740992", "9007199254740993", changed),
  number("catalog ids one apart, which doubles cannot tell", "123456789012345678", "123456789012345679", changed),
  number("wide ids one apart at the twentieth digit", "10000000000000000001", "10000000000000000002", changed),
  number("decimals one apart at the eighteenth place", "0.100000000000000001", "0.100000000000000002", changed),
  number("a small number against none", "1e-400", "0", changed),
  number("numbers too large for a double", "1e400", "2e400", changed),
  number("a sum as floating point makes it", "0.30000000000000004", "0.3", changed),
  number("a coordinate at the sixth place", "-23.561414", "-23.561415", changed),
  number("a price as text", "12.9", '"12.90"', "minor type /body/n"),
  number("a big integer as text", "9007199254740993", '"9007199254740993"', "minor type /body/n"),
  number("a big integer against null", "9007199254740993", "null", "minor type /body/n"),
  number("a big integer against an object", "9007199254740993", "{}", "minor type /body/n"),
  written("a number against one as text in a list", ["[1,2,3]", '[1,"2",3]'], "minor type /body/1"),
  written("leading noughts of texts", ['{"n":"007"}', '{"n":"7"}'], changed),
  written("digits grouped in texts", ['{"n":"1.290,00"}', '{"n":"1290.00"}'], changed),
  written("a big integer in a list", ["[1,9007199254740993]", "[1,9007199254740992]"], "minor changed /body/1"),
  written(
    "a big integer among others, laid out otherwise",
    ['{"a":1,"id":123456789012345678}', '{ "id": 123456789012345679, "a": 1 }'],
    "minor changed /body/id",
  ),
  written("a big integer, laid out otherwise", ['{"id":123456789012345678}', '{ "id" : 123456789012345678 }']),
  written("a number alone, beyond doubles", ["9007199254740993", "9007199254740992"], "minor changed /body"),
  written(
    "a big integer in a text, which is text",
    ['{"t":"9007199254740993"}', '{"t":"9007199254740992"}'],
    "minor changed /body/t",
  ),
];
