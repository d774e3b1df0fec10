/** `sombra flags`: what flags are, and how they are changed. Every change is one write, and shows before and after. */
import { group } from "../frame.ts";
import { exportFlags } from "./export.ts";
import { get } from "./get.ts";
import { importFlags } from "./import.ts";
import { list } from "./list.ts";
import { allow, deny, forceOn } from "./members.ts";
import { kill, remove } from "./remove.ts";
import { set } from "./set.ts";

export const flags = group(
  {
    name: "flags",
    summary: "look at flags and change them",
    about: ["A change is in force when the command returns, and on every other instance within a second."],
  },
  [list, get, set, allow, deny, forceOn, kill, remove, importFlags, exportFlags],
);
