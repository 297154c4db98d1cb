/** An erasure, as it is known outside of the database. */
export interface ErasureRecord {
  readonly accountId: string;
  readonly erasureId: string;
  /** ISO 8601. */
  readonly begunAt: string;
  /** null while it goes on. */
  readonly contacts: number | null;
  readonly events: number | null;
}

/**
 * Which accounts were erased, kept where no restored database can forget it. Nothing is removed before it stands here.
 */
export interface ErasureLedger {
  /** Where it is, for people: "the topic contacts.erasures". */
  readonly place: string;

  /** Returns once it will survive a crash of whatever keeps it. */
  record(erasure: ErasureRecord): Promise<void>;

  /** The latest record of each account. */
  read(): Promise<ErasureRecord[]>;

  close(): Promise<void>;
}
