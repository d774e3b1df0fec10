/** What two sides answered and did for an item, beside each other: as lines, folded, in three views. Never more than is stored. */
export { diffView, viewOf } from "./view.ts";
export { namesIn } from "./lines.ts";
export { sideHead, statusesOf, takesBlock } from "./sides.ts";
export { diffTexts } from "./texts.ts";
