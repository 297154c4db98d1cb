/** Lets this transaction be idle while Kafka is read; other sessions keep their limit. The ORM has no settings. */
export const NO_IDLE_TIMEOUT = 'set local idle_in_transaction_session_timeout = 0';
