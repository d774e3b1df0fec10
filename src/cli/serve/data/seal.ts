import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

/** Texts that are noted so that only who has the hash key can read them: AES-256-GCM, as nonce, tag and text in base64url. */
export interface Seal {
  close(text: string): string;
  /** null: of another key or purpose, or damaged. */
  open(sealed: string): string | null;
}

/** `purpose`: what is sealed for one is not opened for another. Of several keys the first seals, any of them opens. */
export function createSeal(hashKeys: () => readonly string[], purpose: string): Seal {
  const seals = new Map<string, Seal>();
  const of = (key: string): Seal => {
    const known = seals.get(key) ?? oneKeySeal(key, purpose);
    seals.set(key, known);
    return known;
  };
  return {
    close: (text) => of(hashKeys()[0] ?? "").close(text),
    open(sealed) {
      let text: string | null = null;
      for (const key of hashKeys()) text ??= of(key).open(sealed);
      return text;
    },
  };
}

function oneKeySeal(hashKey: string, purpose: string): Seal {
  const key = createHmac("sha256", hashKey).update(purpose).digest();
  return {
    close(text) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
    },
    open(sealed) {
      try {
        const bytes = Buffer.from(sealed, "base64url");
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12));
        decipher.setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
      } catch {
        return null;
      }
    },
  };
}
