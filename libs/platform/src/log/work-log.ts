import { type Logger } from 'pino';

/** The part of a pino logger that work in the background writes to. */
export type WorkLog = Pick<Logger, 'debug' | 'error' | 'info' | 'warn'>;
