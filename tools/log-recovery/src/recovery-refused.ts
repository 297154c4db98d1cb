/** The log cannot be made whole from Kafka. The message says why, and what to do instead. */
export class RecoveryRefused extends Error {
  override readonly name = 'RecoveryRefused';
}

export const NEW_TOPICS =
  'Set another KAFKA_TOPIC_PREFIX instead: the log is then published from its beginning, and consumers begin anew there';

export const RESTORE_AGAIN =
  'Restore the backup once more, and run this command before the service is started';
