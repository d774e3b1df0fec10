import type { Profile, RequestHead, TakenApart } from "../model/index.ts";
import type { SignatureScheme } from "./provider.ts";

/** Secrets that deliveries are signed with. One of `legacy` made what comes in; the first of `candidate` signs for it. */
export interface AppSecrets {
  readonly legacy: readonly string[];
  readonly candidate: readonly string[];
}

/** Pure; never throws. */
export type TakeApart = (head: RequestHead, body: Uint8Array) => TakenApart;

interface Signing {
  readonly scheme: SignatureScheme | undefined;
  readonly secrets: AppSecrets | undefined;
}

/** How a profile tells deliveries of the provider from others. Without a scheme or a secret nothing is checked. */
export function createExamine(takeApart: TakeApart, { scheme, secrets }: Signing): Pick<Profile, "examine"> {
  if (scheme === undefined || secrets === undefined || secrets.legacy.length === 0) {
    return {
      examine: (head, body) => ({ kind: "read", ...takeApart(head, body), candidateHeaders: null }),
    };
  }
  const [own] = secrets.candidate;
  const signer: (...delivery: Parameters<TakeApart>) => string | undefined = (head, body) =>
    secrets.legacy.find((secret) => scheme.verify(head, body, secret));
  return {
    examine(head, body) {
      const secret = signer(head, body);
      if (secret === undefined) return { kind: "bad-signature" };
      const asItCame = own === undefined || own === secret;
      const candidateHeaders = asItCame ? null : scheme.renew(head, body, own);
      return { kind: "read", ...takeApart(head, body), candidateHeaders };
    },
  };
}
