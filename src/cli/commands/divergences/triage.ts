import { WrongUse } from "../command.ts";
import { adminCommand } from "../frame.ts";
import { reasonOption, type Given } from "../usage.ts";
import { markedShape, triageChange } from "./shapes.ts";

const states = ["expected", "bug", "fixed", "open"] as const;

export const triage = adminCommand(
  {
    name: "divergences triage",
    takes: "SIGNATURE",
    summary: "say what is to be thought of a group: expected, a bug, fixed, or open again",
    about: [
      "Expected takes --reason and --until: from then on it counts as open. A bug takes --link.",
      "Fixed opens again by itself when it recurs.",
    ],
    options: {
      expected: { takes: null, help: "it is to be so; takes --reason and --until" },
      bug: { takes: null, help: "the candidate is to be mended; takes --link" },
      fixed: { takes: null, help: "it is not to come again" },
      open: { takes: null, help: "nothing is said of it any more" },
      until: { takes: "DAY", help: "a day or a time in ISO 8601, UTC" },
      link: { takes: "URL", help: "where the bug is followed" },
      "if-version": { takes: "N", help: "only while the mark has this version, 0: while there is none" },
      ...reasonOption,
    },
    examples: [
      '3f2a90c4d1e8b705 --expected --reason "new greeting" --until 2027-01-31',
      "3f2a90c4d1e8b705 --bug --link https://tracker.example.com/412",
      "3f2a90c4d1e8b705 --fixed",
    ],
  },
  async ({ given, ask, print, look }) => {
    const [signature = ""] = given.values;
    const answer = await ask({
      path: `/api/divergences/${encodeURIComponent(signature)}/triage`,
      method: "PUT",
      body: bodyOf(given),
      ifVersion: given.whole("if-version"),
      shape: markedShape,
    });
    const { before, after, unchanged } = answer;
    print(answer, () => {
      if (unchanged) return [`${signature}: unchanged (${after?.state ?? "open"})`];
      return [look.style("bold", signature), triageChange(before, after, look)];
    });
    return 0;
  },
);

function bodyOf(given: Given): object {
  const said = states.filter((state) => given.has(state));
  const [state] = said;
  if (state === undefined || said.length > 1) throw new WrongUse("say one of --expected, --bug, --fixed and --open");
  const fields = { reason: given.text("reason"), until: given.text("until"), link: given.text("link") };
  if (state === "expected" && (fields.reason === undefined || fields.until === undefined)) {
    throw new WrongUse("--expected needs --reason and --until");
  }
  if (state === "bug" && fields.link === undefined) throw new WrongUse("--bug needs --link");
  return { state, ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) };
}
