/** What is injected by name, because it is no class. */
export const CONFIGURATION = Symbol('configuration');
export const LOGGER = Symbol('logger');
