import { type FieldHashes } from './fingerprint.js';

/** The write side's snapshot of one contact: all that {@link decide} needs to know of its past. */
export interface ContactHead {
  readonly contactId: string;
  readonly accountId: string;
  /** Google's current name for it, or the last one before it was deleted. */
  readonly resourceName: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly sourceIds: readonly string[];
  readonly fingerprint: string;
  readonly fieldHashes: FieldHashes;
  /** When its last event occurred, ISO 8601. */
  readonly lastEventAt: string;
  /** When its first event occurred, ISO 8601: tells the oldest of several contacts that turn out to be one. */
  readonly createdAt: string;
}
