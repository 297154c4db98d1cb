/** Lets this transaction stand idle while Kafka is read; other sessions keep their limit. A setting is not the ORM's. */
export const NO_IDLE_TIMEOUT = 'set local idle_in_transaction_session_timeout = 0';
