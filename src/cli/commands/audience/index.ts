/** `sombra audience`: stored lists of shoppers that flags name. */
import { group } from "../frame.ts";
import { importAudience } from "./import.ts";
import { get, list } from "./look.ts";
import { remove } from "./remove.ts";

export const audience = group({ name: "audience", summary: "stored lists of shoppers that flags name" }, [
  list,
  get,
  importAudience,
  remove,
]);
