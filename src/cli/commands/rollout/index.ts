/** `sombra rollout`: plans, and what is done by them. */
import { group } from "../frame.ts";
import { check } from "./check.ts";

export const rollout = group({ name: "rollout", summary: "plans that move shoppers over, on evidence" }, [check]);
