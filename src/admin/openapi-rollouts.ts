import type { Call } from "./openapi-call.ts";

const acted = [400, 404, 409, 503];

/** Rollouts and incidents. */
export const rolloutCalls: Readonly<Record<string, Readonly<Record<string, Call>>>> = {
  "/api/rollouts": {
    get: { summary: "Every rollout, where it stands" },
    post: {
      summary: "Writes a rollout of a plan, and looks at its prechecks",
      body: "Plan",
      once: true,
      status: 201,
      errors: acted,
    },
  },
  "/api/rollouts/{id}": {
    get: {
      summary: "A rollout: phase, why it waits, time left, pairs missing, gates, approvals",
      errors: [404, 409],
    },
  },
  "/api/rollouts/{id}/checkpoints": {
    get: { summary: "Its checkpoints, newest first", query: ["limit"], errors: [400, 404, 409, 503] },
    post: { summary: "A checkpoint now", query: ["name"], changesNothing: true, errors: acted },
  },
  "/api/rollouts/{id}/groups": {
    get: {
      summary: "Shoppers that the candidate answers and those that legacy answers, side by side",
      errors: [404, 409, 503],
    },
  },
  "/api/rollouts/{id}/simulate": {
    post: {
      summary: "What its plan would do with such traffic and such a candidate, on simulated time",
      body: "Simulate",
      changesNothing: true,
      errors: [400, 404, 409],
    },
  },
  "/api/rollouts/{id}/report": {
    get: {
      summary:
        "A report (kind: before, initial, comparison, phase or final) of a rollout or one of its phases, as format json, md, html or text",
      query: ["kind", "phase", "format"],
      errors: [400, 404, 409, 503],
    },
  },
  "/api/rollouts/{id}/actions/{action}": {
    post: {
      summary:
        "start, pause, resume, advance, approve, reject, acknowledge, rollback, abort, complete, note, tick or drill",
      body: "Action",
      once: true,
      changesNothing: true,
      errors: acted,
    },
  },
  "/api/notifications": {
    get: { summary: "Channels that people are told by: what waits, what was given up, what came of the last test" },
  },
  "/api/notifications/test": {
    post: {
      summary: "Sends a test by every channel, or by one, and keeps what came of it",
      body: "ChannelTest",
      changesNothing: true,
      errors: [400, 404],
    },
  },
  "/api/notifications/status": {
    post: {
      summary: "Sends the status of a rollout by a channel, once and now",
      body: "StatusOrder",
      changesNothing: true,
      errors: [400, 404, 503],
    },
  },
  "/api/incidents": {
    get: { summary: "Incidents, newest first, and which of them block every advance", query: ["state"], errors: [400] },
    post: { summary: "Opens an incident, changes or closes it", body: "Incident", errors: acted },
  },
};
