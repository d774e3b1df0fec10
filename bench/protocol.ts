import { z } from "zod";

/** `delivery`: what WhatsApp sends; `send`: what a handler sends to the Graph API. */
const payloadSchema = z.enum(["delivery", "send"]);
export type PayloadKind = z.infer<typeof payloadSchema>;

/** What the bench says to its load generator. */
export const loadCommandSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("open"),
    port: z.int(),
    path: z.string(),
    payload: payloadSchema,
    connections: z.int(),
  }),
  z.object({ kind: z.literal("run"), ratePerSecond: z.number(), seconds: z.number() }),
  z.object({ kind: z.literal("close") }),
]);
export type LoadCommand = z.infer<typeof loadCommandSchema>;

/** What one run of the load generator saw. Times are milliseconds. */
export const loadResultSchema = z.object({
  /** How many the schedule held. */
  due: z.int(),
  /** How many left; fewer where no connection was free for the others. */
  sent: z.int(),
  /** With status 200 and a complete body. */
  answered: z.int(),
  /** Another status, an unreadable answer, or a connection that broke off. */
  failed: z.int(),
  /** Still without an answer when the run was given up; they count in the percentiles with the time they had waited. */
  unanswered: z.int(),
  p50: z.number(),
  p99: z.number(),
  /** How late the generator itself was, which is part of the two above. */
  lagP99: z.number(),
});
export type LoadResult = z.infer<typeof loadResultSchema>;

/** Where a backend answers without a body. */
export const emptyPath = "/empty";

/** What the bench says to a backend: answer requests, each in other words, or accept them and never answer; or only tell. */
export const backendCommandSchema = z.enum(["answer", "answer-new", "hang", "tell"]);
export type BackendCommand = z.infer<typeof backendCommandSchema>;

/** What a backend says to each command: how many requests it has had in all. */
export const backendReplySchema = z.object({ received: z.int() });

/** What a backend says when it listens. */
export const listeningSchema = z.object({ port: z.int() });
