import type { HeldAnswer } from "./call.ts";
import { jsonAnswer } from "./reply.ts";

/** Errors as Meta's error codes page describes them, for a candidate that is to be seen coping. */
export function faultAnswer(fault: 429 | 500): HeldAnswer {
  const error =
    fault === 429
      ? {
          message: "(#131056) Pair rate limit hit",
          type: "OAuthException",
          code: 131056,
          error_data: {
            messaging_product: "whatsapp",
            details: "Too many messages to this number in a short time (a fault that a rule of Sombra asks for)",
          },
        }
      : {
          message: "An unknown error occurred (a fault that a rule of Sombra asks for)",
          type: "OAuthException",
          code: 1,
          is_transient: true,
        };
  return jsonAnswer(fault, { error });
}
