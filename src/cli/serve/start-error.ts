/** Why a start was refused, in words for the operator. */
export class StartError extends Error {
  override readonly name = "StartError";

  /** A port that cannot be listened on; `variable` sets it. */
  static ofPort(variable: string, at: { readonly host: string; readonly port: number }, error: unknown): StartError {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const why = code === "EADDRINUSE" ? "another process listens there" : code;
    return new StartError(`${variable}: cannot listen on ${at.host} port ${at.port}: ${why}`, { cause: error });
  }
}
