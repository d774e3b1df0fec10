/** `sombra rules`: what people know of differences that the comparison cannot. */
import { group } from "../frame.ts";
import { add, remove } from "./change.ts";
import { list } from "./list.ts";
import { preview } from "./preview.ts";

export const rules = group(
  {
    name: "rules",
    summary: "rules of the comparison",
    about: [
      "Rules of the file are changed in the file. A change is in force when the command returns, elsewhere within a second.",
    ],
  },
  [list, add, preview, remove],
);
