export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly arguments: readonly string[];
  readonly onKill: (handler: (actor: string) => void) => void;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export interface Command {
  /** Resolves with the exit code: 0, 1 failed, 2 wrong use. */
  run(context: Context): Promise<number>;
}
