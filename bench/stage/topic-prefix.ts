import { randomBytes } from 'node:crypto';

/** So that services which share a Kafka share no topic. */
export function topicPrefix(): string {
  return `bench-${randomBytes(4).toString('hex')}.`;
}
