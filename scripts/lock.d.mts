/** What a lock tells about its holder; `what`, `url` and the like are the holder's own words. */
export interface LockHolder {
  readonly pid: number;
  readonly identity: string | undefined;
  readonly [told: string]: unknown;
}

export interface HeldLock {
  /** Adds to what others are told. */
  tell(more: Readonly<Record<string, unknown>>): void;
  /** Gives the lock back; also done when the process exits. */
  release(): void;
}

/** Either the lock, with its former holder if that one ended without giving it back, or who has it. */
export type LockAttempt =
  | { readonly lock: HeldLock; readonly leftBy?: LockHolder; readonly heldBy?: undefined }
  | { readonly heldBy: LockHolder; readonly lock?: undefined; readonly leftBy?: undefined };

export function takeLock(file: string, about?: Readonly<Record<string, unknown>>): LockAttempt;
export function lockHolder(file: string): LockHolder | undefined;
