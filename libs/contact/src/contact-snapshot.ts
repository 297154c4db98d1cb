/** The write side's snapshot of one contact: all that {@link decide} needs to know of its past. */
export interface ContactSnapshot {
  readonly contactId: string;
  readonly accountId: string;
  /** Google's current name for it, or the last one before it was deleted. */
  readonly resourceName: string;
  readonly version: number;
  readonly deleted: boolean;
  /** Ids of the CONTACT sources that its person showed last. */
  readonly sourceIds: readonly string[];
  /**
   * Names that were its own before, or those of contacts merged into it. Google lists a previous name for ever; once a
   * contact answers to it, it says nothing about whoever bears that name now.
   */
  readonly formerNames: readonly string[];
  readonly fingerprint: string;
  /** When its last event occurred, ISO 8601. */
  readonly lastEventAt: string;
  /** When its first event occurred, ISO 8601: tells the oldest of several contacts that turn out to be one. */
  readonly createdAt: string;
}
