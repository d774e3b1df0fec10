/**
 * The admin port: what a person or a tool asks of a running Sombra (SPEC 5), and the one thing it may tell it, the kill
 * switch. Reads the book and what its deps say; answers JSON, Prometheus text and plain pages. It may never touch a
 * delivery, decide a flag itself, show personal data, or be reached by a page of another site.
 */
export { createAdmin } from "./app.ts";
export type { Access, AdminDeps, FlagAnswer, FlagEntry, FlagShape, RouteEntry } from "./deps.ts";
export { listenAdmin, type AdminServer } from "./listen.ts";
