/**
 * Why a store did not do what it was asked.
 * `unreachable`: no connection, or no answer in time. `read-only`: it answers and takes no writes (a replica, a full or
 * write-protected disk). `newer`: written by a later version of Sombra. `corrupt`: what it holds cannot be read. `busy`:
 * another process holds it.
 */
export type StoreFault = "unreachable" | "read-only" | "newer" | "corrupt" | "busy";

export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly fault: StoreFault;

  /** `message` names the store and what to do; never a password or a member of a list. */
  constructor(fault: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
