/** Where a command writes; `isTTY`: a person reads it. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width in characters. */
  readonly columns?: number;
}

export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly arguments: readonly string[];
  readonly onKill: (handler: (actor: string) => void) => void;
  /** `isTTY`: a person types it. */
  readonly stdin: AsyncIterable<string | Uint8Array> & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
}

export interface Command {
  /** Resolves with the exit code: 0, 1 failed, 2 wrong use. */
  run(context: Context): Promise<number>;
}

export const exitFailed = 1;
export const exitWrongUse = 2;

/** What was asked cannot be done; the message says why and what to do. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
}

/** A command was given what it does not take. */
export class WrongUse extends Error {
  override readonly name = "WrongUse";
}
