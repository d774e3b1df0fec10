/** Who acts on a delivery. */
export type Side = "legacy" | "candidate" | "twin";

/** What the flags of a route decide for a shopper. */
export type Mode = "legacy" | "shadow" | "dual-run" | "cutover";
