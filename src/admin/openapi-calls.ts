import type { Call } from "./openapi-call.ts";
import { rolloutCalls } from "./openapi-rollouts.ts";

/** Of members: `next` of an answer has those of the page that follows. */
const page = ["version", "after", "limit"];

const written = [400, 404, 409, 503];

/** Every call that programs make; pages are not among them. */
export const calls: Readonly<Record<string, Readonly<Record<string, Call>>>> = {
  "/healthz": { get: { summary: "Liveness", open: true } },
  "/readyz": { get: { summary: "Readiness, with what is degraded", open: true } },
  "/metrics": {
    get: { summary: "Metrics as Prometheus text, or OpenMetrics where Accept asks for it", type: "text/plain" },
  },
  "/feature-flags": { get: { summary: "Every flag in force, with its source; long lists cut" } },
  "/feature-flags/{key}": {
    get: { summary: "The decision of a flag for a shopper", query: ["shopper_id", "user_id"], errors: [404] },
  },
  "/rollout/{key}": { get: { summary: "How far a flag is rolled out", errors: [404] } },
  "/api/flags": {
    get: { summary: "Every flag in force, with its source; long lists cut; audiences; the store", tagged: true },
    patch: {
      locked: true,
      summary: "Changes several flags in one write",
      body: "Flags",
      tagged: true,
      errors: written,
    },
  },
  "/api/flags/{key}": {
    get: { summary: "A flag in force, with its source; long lists cut", errors: [404], tagged: true },
    put: {
      locked: true,
      summary: "Sets a flag; what is absent takes its default",
      body: "Flag",
      tagged: true,
      errors: written,
    },
    patch: {
      locked: true,
      summary: "Changes a flag; what is absent stays",
      body: "Flag",
      tagged: true,
      errors: written,
    },
    delete: {
      locked: true,
      summary: "Takes the record out: environment or default decide",
      tagged: true,
      errors: written,
    },
  },
  "/api/flags/{key}/lists/{list}": {
    get: {
      summary: "The members of a list of a flag, page by page",
      query: page,
      errors: [400, 404, 409],
      tagged: true,
    },
  },
  "/api/flags/{key}/members": {
    post: {
      locked: true,
      summary: "Puts shoppers on a list of a flag, or takes them off",
      body: "FlagMembers",
      tagged: true,
      errors: written,
    },
  },
  "/api/flags/{key}/kill": {
    post: { summary: "Disables one flag, the rest kept", body: "Reason", tagged: true, errors: written },
  },
  "/api/flags/{key}/explain": {
    get: { summary: "Why a flag says what it says of a shopper", query: ["shopper_id", "user_id"], errors: [404] },
  },
  "/api/internal/flags/update": {
    post: { locked: true, summary: "Changes a flag in the rollout guide's form", body: "FlagUpdate", errors: written },
  },
  "/api/audiences": { get: { summary: "Stored lists of shoppers, with their sizes" } },
  "/api/audiences/{name}/members": {
    get: { summary: "The members of a stored list, page by page", query: page, errors: [400, 404, 409] },
  },
  "/api/audiences/{name}": {
    get: { summary: "A stored list; of a long one its size and the first members", errors: [404] },
    put: { locked: true, summary: "Sets a stored list", body: "Audience", errors: written },
    patch: {
      locked: true,
      summary: "Adds and removes members of a stored list",
      body: "AudienceMembers",
      errors: written,
    },
    delete: { locked: true, summary: "Removes a stored list that no flag names", errors: written },
  },
  "/api/kill": {
    post: { summary: "Everything to legacy, at once", body: "Reason", errors: [503] },
    delete: { summary: "Back to what the flags say", body: "Reason", errors: [503] },
  },
  "/api/cutover": {
    post: {
      summary: "Sets what share of a route its candidate answers, or goes back to shadow, in one write",
      body: "Cutover",
      errors: written,
    },
  },
  "/api/audit": {
    get: {
      summary: "Who changed what, newest first",
      query: ["subject", "flag", "actor", "action", "from", "to", "before_seq", "limit"],
      errors: [400, 503],
    },
  },
  "/api/audit/check": {
    get: { summary: "Whether each entry of the audit follows from the one before", errors: [503] },
  },
  "/api/doctor": { get: { summary: "What was looked at, and what is not as it should be" } },
  "/api/doctor/probe": {
    post: { summary: "Sends each candidate a delivery from nobody, marked and held, and says what calls came of it" },
  },
  "/api/erase": {
    post: { summary: "Takes a shopper out of everything that is kept", body: "Erase", errors: written },
  },
  "/api/hash-key/rotate": {
    post: {
      summary: "Makes a new key of all hashes; the one before is known until its records are gone",
      errors: written,
    },
  },
  "/api/self-test": {
    get: {
      summary: "Whether the comparison sees: planted differences that were found, since the rules changed",
      errors: [503],
    },
    post: {
      summary: "Plants every difference there is into kept and made-up pairs, now",
      changesNothing: true,
      errors: [503],
    },
  },
  "/api/effects": {
    post: {
      summary: "Takes what a side says it did outside by no call: an event, a publish failure, an assignment",
      body: "Effect",
      status: 202,
      errors: [400, 503],
    },
  },
  "/api/events": {
    get: {
      summary: "Tells of each change as it comes: entries of the audit, and where everything stands",
      type: "text/event-stream",
      errors: [503],
    },
  },
  "/ofrep/v1/evaluate/flags/{key}": {
    post: { summary: "OpenFeature remote evaluation of a flag", body: "Evaluation", errors: [400, 404] },
  },
  "/ofrep/v1/evaluate/flags": {
    post: { summary: "OpenFeature remote evaluation of all flags", body: "Evaluation", nothing: 304, errors: [400] },
  },
  "/ofrep/v1/events": { get: { summary: "Tells when to evaluate again", type: "text/event-stream" } },
  "/api/ledger": { get: { summary: "The account of every item received", query: ["route"], errors: [404] } },
  "/api/divergences": {
    get: {
      summary: "Divergences, grouped by signature, gravest first; `next` is the offset of the page that follows",
      query: ["route", "severity", "where", "since", "offset", "limit"],
      errors: [400, 404],
    },
  },
  "/api/divergences/{signature}/triage": {
    put: {
      summary: "Marks a group as expected until a day, a bug, or fixed, or opens it again",
      body: "Triage",
      tagged: true,
      errors: written,
    },
  },
  "/api/rules": {
    get: {
      summary:
        "Rules of the comparison, of the file and of the store, with how many divergences each hid on all instances",
    },
  },
  "/api/rules/preview": {
    post: { summary: "What a rule would hide of the divergences kept", body: "RulePreview", errors: [400] },
  },
  "/api/rules/{id}": {
    get: { summary: "A rule", errors: [404], tagged: true },
    put: { summary: "Sets a rule of the store", body: "Rule", tagged: true, errors: written },
    delete: { summary: "Takes a rule out of the store", tagged: true, errors: written },
  },
  "/api/divergences/{signature}": { get: { summary: "A group, with the records of its examples", errors: [404] } },
  "/api/exchanges/{id}": {
    get: { summary: "The record of one delivery; values as far as its route keeps them, redacted", errors: [404] },
  },
  "/api/routes": { get: { summary: "Routes with their mode and latencies in ms" } },
  ...rolloutCalls,
  "/openapi.json": { get: { summary: "This description" } },
};
