/** The topics that the relay fills, by what they are for. */
export interface RelayTopics {
  /** Every event. */
  readonly events: string;
  /** Each contact's latest state, compacted. */
  readonly state: string;
}

/** How far each topic holds the log: every event up to this position. */
export type Checkpoint = Readonly<Record<keyof RelayTopics, bigint>>;
