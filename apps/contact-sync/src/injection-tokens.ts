/** What is injected by name, because it is no class. */
export const CONFIGURATION = Symbol('configuration');
export const LOGGER = Symbol('logger');
/** Names this process in leases, for people who look. */
export const PROCESS_NAME = Symbol('process name');
/** What sends traces; null where none are sent. */
export const TRACING = Symbol('tracing');
/** The relay; null in a process that publishes nothing. */
export const RELAYS = Symbol('relays');
