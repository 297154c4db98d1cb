/** The topics that the relay fills, by what they are for. */
export interface RelayTopics {
  /** Every event. */
  readonly events: string;
  /** Each contact's latest state, compacted. */
  readonly state: string;
}

/** The topics of a relay's lease; not every relay fills one of states, whose checkpoint then stays where it is. */
export type LeasedTopics = Pick<RelayTopics, 'events'> & Partial<RelayTopics>;

/** How far each topic holds the log: every event up to this position. */
export type Checkpoint = Readonly<Record<keyof RelayTopics, bigint>>;
