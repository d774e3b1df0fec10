import type { Identify, Profile } from "../model/index.ts";
import type { SignatureScheme } from "./provider.ts";

/** Secrets that deliveries are signed with. One of `legacy` made what comes in; the first of `candidate` signs for it. */
export interface AppSecrets {
  readonly legacy: readonly string[];
  readonly candidate: readonly string[];
}

interface Signing {
  readonly scheme: SignatureScheme | undefined;
  readonly secrets: AppSecrets | undefined;
}

/** How a profile tells deliveries of the provider from others. Without a scheme or a secret nothing is checked. */
export function createExamine(identify: Identify, { scheme, secrets }: Signing): Pick<Profile, "verify" | "examine"> {
  if (scheme === undefined || secrets === undefined || secrets.legacy.length === 0) {
    return {
      verify: null,
      examine: (head, body) => ({ kind: "read", identity: identify(head, body), candidateHeaders: null }),
    };
  }
  const [own] = secrets.candidate;
  const signer: (...delivery: Parameters<Identify>) => string | undefined = (head, body) =>
    secrets.legacy.find((secret) => scheme.verify(head, body, secret));
  return {
    verify: (head, body) => signer(head, body) !== undefined,
    examine(head, body) {
      const secret = signer(head, body);
      if (secret === undefined) return { kind: "bad-signature" };
      const asItCame = own === undefined || own === secret;
      const candidateHeaders = asItCame ? null : scheme.renew(head, body, own);
      return { kind: "read", identity: identify(head, body), candidateHeaders };
    },
  };
}
