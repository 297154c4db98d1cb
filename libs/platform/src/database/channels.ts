/**
 * What is told over NOTIFY: new events in the log, progress of the read model, that there may be a run to take, that
 * somebody wants a run to end, changes of a run's or rebuild's state, what becomes of events that Kafka refuses,
 * accounts that are to be ended, or are, new events in the log of accounts' lives, and that Google limits the project.
 */
export const CHANNELS = [
  'contactstream_events',
  'contactstream_read_model',
  'contactstream_work',
  'contactstream_cancelled',
  'contactstream_runs',
  'contactstream_rebuilds',
  'contactstream_refused',
  'contactstream_offboarding',
  'contactstream_accounts',
  'contactstream_quota',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** Where notifications come from. */
export interface Subscriptions {
  /** @returns a function that ends the subscription */
  subscribe(channel: Channel, wake: (payload: string) => void): () => void;
}
