import type { IncomingMessage, ServerResponse } from "node:http";
import { parseMarked } from "../lib/exact-text.ts";
import { headerValue, Intake, Kept } from "../http/index.ts";
import type { Side } from "../model/index.ts";
import type { HeldAnswer } from "./call.ts";
import { maxDeclaredBytes, readDeclared } from "./declared.ts";
import type { EgressDeps } from "./deps.ts";
import { jsonAnswer, reply } from "./reply.ts";

interface Declaring {
  readonly side: Side;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Takes what a side says it did. */
export function declare(deps: EgressDeps, { side, request, response }: Declaring): void {
  const length = headerValue(request.rawHeaders, "content-length");
  const kept = new Kept(maxDeclaredBytes, deps.budget, length === null ? null : Number(length));
  const answer = (body: Buffer | null): void => {
    reply(response, body === null ? notTaken(kept) : taken(deps, { side, request, response }, body));
    kept.release();
  };
  request.once("close", () => kept.release());
  const intake = new Intake(request, kept, () => undefined);
  if (request.method !== "POST") {
    request.resume();
    return reply(response, withAllow(problem(405, "Effects are declared by POST")));
  }
  const whole = intake.already();
  if (whole !== null) return answer(whole.length > maxDeclaredBytes ? null : whole);
  intake.hold(() => {
    if (intake.complete) return answer(kept.bytes());
    intake.stream().resume();
    answer(null);
  });
}

function taken(deps: EgressDeps, { side, request }: Declaring, body: Buffer): HeldAnswer {
  const declared = readDeclared(parse(body), { whose: side, rawHeaders: request.rawHeaders });
  if (typeof declared === "string") return problem(400, declared);
  try {
    deps.declared(declared);
  } catch (error) {
    deps.fault("egress-declared", error);
    return problem(503, "The effect could not be taken");
  }
  return jsonAnswer(202, { accepted: true }, "application/json");
}

function notTaken(kept: Kept): HeldAnswer {
  if (kept.notKept === "queue-full") return problem(503, "There is no memory left for a declared effect now");
  return problem(413, `A declared effect must be at most ${maxDeclaredBytes} bytes`);
}

/** undefined: no JSON. */
function parse(body: Buffer): unknown {
  try {
    return parseMarked(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  405: "Method Not Allowed",
  413: "Content Too Large",
  503: "Service Unavailable",
};

/** RFC 9457, as on the admin port. */
function problem(status: number, detail: string): HeldAnswer {
  return jsonAnswer(status, { title: titles[status], status, detail }, "application/problem+json");
}

function withAllow(answer: HeldAnswer): HeldAnswer {
  return { ...answer, headers: [...answer.headers, "allow", "POST"] };
}
