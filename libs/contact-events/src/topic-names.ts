/** The names that consumers know. */
export interface TopicNames {
  /** Every contact event; the key is the contact's id. */
  readonly events: string;
  /** The latest state of each contact, compacted. */
  readonly state: string;
  /** Records of the events topic that the projection could not read. */
  readonly deadLetter: string;
  /** The lives of accounts; the key is the account's id. */
  readonly accounts: string;
  /** Which accounts were erased, compacted; the key is the account's id. */
  readonly erasures: string;
  /** The projection's consumer group. */
  readonly group: string;
}

export function topicNames(topicPrefix: string): TopicNames {
  return {
    events: `${topicPrefix}contacts.events`,
    state: `${topicPrefix}contacts.state`,
    deadLetter: `${topicPrefix}contacts.dead-letter`,
    accounts: `${topicPrefix}accounts.events`,
    erasures: `${topicPrefix}contacts.erasures`,
    group: `${topicPrefix}contactstream-projection`,
  };
}
