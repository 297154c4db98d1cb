import { type Configuration } from '../config/configuration.js';
import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

import { serializeError } from './error-for-log.js';

/** JSON lines for machines; readable lines on a terminal. Contact data and tokens are never handed to it. */
export function createLog(configuration: Pick<Configuration, 'LOG_LEVEL'>): Logger {
  const options = {
    level: configuration.LOG_LEVEL,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: serializeError },
  };
  return process.stdout.isTTY
    ? pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true }))
    : pino(options);
}
