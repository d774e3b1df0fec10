import { expect, test } from "vitest";
import { phase, problems } from "./sample.ts";

test.each<[string, object, RegExp]>([
  ["an unknown key of a phase", phase({ sevre: 1 }), /^phases\.0\.sevre is unknown, must be one of name, kind, /],
  [
    "a duration without unit",
    phase({ minDuration: 24 }),
    /^phases\.0\.minDuration is 24, must be a whole number and a unit/,
  ],
  ["a duration of words", phase({ minDuration: "24 hours" }), /^phases\.0\.minDuration is "24 hours", must/],
  ["a negative duration", phase({ minDuration: "-1h" }), /^phases\.0\.minDuration is "-1h", must/],
  ["a fraction of a duration", phase({ minDuration: "1.5h" }), /^phases\.0\.minDuration is "1\.5h", must/],
  ["a duration of years", phase({ minDuration: "999d" }), /^phases\.0\.minDuration is "999d", must .*from 0s to 366d$/],
  [
    "a maximum below the minimum",
    phase({ maxDuration: "1h" }),
    /^phases\.0\.maxDuration is "1h", must be at least as long/,
  ],
  [
    "a share above all",
    phase({ serve: 101 }),
    /^phases\.0\.serve is 101, must be a number from 0 to 100 with at most three/,
  ],
  [
    "a share of four decimals",
    phase({ compare: "0.0001%" }),
    /^phases\.0\.compare is "0\.0001%", must be a number from 0/,
  ],
  ["a share below nothing", phase({ serve: -1 }), /^phases\.0\.serve is -1, must/],
  ["a share that is no number", phase({ serve: Number.NaN }), /^phases\.0\.serve is NaN, must/],
  [
    "a decrease",
    {
      phases: [
        { name: "a", serve: 5 },
        { name: "b", serve: 4.999 },
      ],
    },
    /^phases\.1\.serve is 4\.999, must be at least 5, which/,
  ],
  [
    "a list after a share",
    {
      phases: [
        { name: "a", serve: 5 },
        { name: "b", allowlist: ["x"] },
      ],
    },
    /^phases\.1\.allowlist is a list, must be at least 5/,
  ],
  [
    "a phase of the name of another",
    { phases: [{ name: "a" }, { name: "a" }] },
    /^phases\.1\.name is "a", must be a name of its own, not that of phase \[0\]$/,
  ],
  [
    "a list of nobody",
    phase({ allowlist: [] }),
    /^phases\.0\.allowlist is a list, must be left out, or a list of at least one/,
  ],
  ["a share of a list", phase({ allowlist: ["x"], serve: 5 }), /^phases\.0\.serve is 5, must be 0 or 100: of a list/],
  [
    "a list and a share to compare",
    phase({ allowlist: ["x"], compare: 5 }),
    /^phases\.0\.compare is 5, must be left out, or 100/,
  ],
  [
    "a comparison without shadow",
    { shadow: false, ...phase({ serve: 5, compare: 5 }) },
    /^phases\.0\.compare is 5, must be left out, or 0/,
  ],
  [
    "a baseline that serves",
    phase({ kind: "baseline", serve: 5 }),
    /^phases\.0\.serve is 5, must be left out: a baseline/,
  ],
  [
    "a baseline that comes late",
    { phases: [{ name: "a" }, { name: "b", kind: "baseline" }] },
    /^phases\.1\.kind is "baseline", must be before every phase that compares or serves, and "a" does$/,
  ],
  [
    "approvals by too few",
    phase({ approval: { count: 2, names: ["ana"] } }),
    /^phases\.0\.approval\.names is 1 of them, must be a list of at least 2/,
  ],
  [
    "an approval by the author alone",
    { author: "ana", ...phase({ approval: { names: ["ana"] } }) },
    /^phases\.0\.approval\.names is 0 of them, must .*other than the author's/,
  ],
  [
    "a phase's rollback to itself",
    { phases: [{ name: "a" }, { name: "b", rollbackTo: { phase: "b" } }] },
    /^phases\.1\.rollbackTo\.phase is "b", must be the name of a phase before the last: "a"$/,
  ],
  [
    "a phase's rollback to one behind it",
    { phases: [{ name: "a" }, { name: "b", rollbackTo: { phase: "c" } }, { name: "c" }] },
    /^phases\.1\.rollbackTo\.phase is "c", must be the name of a phase before this one: "a"$/,
  ],
  [
    "what is to be ticked and is no list",
    phase({ manual: "an alert" }),
    /^phases\.0\.manual is "an alert", must be a list of what is to be ticked$/,
  ],
  [
    "an audience as a whole after a share",
    {
      shadow: false,
      phases: [
        { name: "a", serve: 5 },
        { name: "b", serve: 100, audience: "few" },
      ],
      gates: [{ type: "alerts" }],
    },
    /^phases\.1\.audience is "few", must be at least 5, which/,
  ],
])("%s is refused, with where it is, what it is and what it must be", (_what, changes, wanted) => {
  expect(problems(changes)).toEqual([expect.stringMatching(wanted)]);
});

test("a decrease that is meant is taken, and one of another environment is none", () => {
  const down = [
    { name: "a", serve: 5 },
    { name: "b", serve: 1, allowDecrease: true },
  ];
  expect(problems({ phases: down })).toEqual([]);
  const places = [
    { name: "a", serve: 100, environment: "staging" },
    { name: "b", serve: 1, environment: "production" },
  ];
  expect(problems({ phases: places })).toEqual([]);
  const everywhere = [
    { name: "a", serve: 5, environment: "staging" },
    { name: "b", serve: 1 },
  ];
  expect(problems({ phases: everywhere })).toEqual([
    expect.stringMatching(/^phases\.1\.serve is 1, must be at least 5/),
  ]);
});

test("an audience that is served as a whole may be followed by a share: it stays on", () => {
  const after = [
    { name: "a", serve: 100, audience: "few" },
    { name: "b", serve: 5 },
  ];
  expect(problems({ shadow: false, phases: after, gates: [{ type: "alerts" }] })).toEqual([]);
  expect(problems({ phases: after })).toEqual([expect.stringMatching(/^phases\.1\.serve is 5, must be at least 100/)]);
});
