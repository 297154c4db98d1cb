import { type Configuration } from '../config/configuration.js';
import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

import { traceparentOf } from '../traces/traces.js';
import { serializeError } from './error-for-log.js';
import { runInHand } from '../traces/run-in-hand.js';

/**
 * JSON lines for machines; readable lines on a terminal. Contact data and tokens are never handed to it.
 *
 * A line is written before the call returns: a process that ends by a signal, as Nest ends this one, has no moment left in which
 * lines that wait could be written, and the last ones say why it ended.
 */
export function createLog(configuration: Pick<Configuration, 'LOG_LEVEL'>): Logger {
  const options = {
    level: configuration.LOG_LEVEL,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: serializeError },
    mixin: ofRun,
  };
  return process.stdout.isTTY
    ? pino(
        options,
        pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true, sync: true }),
      )
    : pino(options, pino.destination({ fd: process.stdout.fd, sync: true }));
}

/** What each line says that is written for a run. */
function ofRun(): object {
  const run = runInHand();
  if (run === null) return {};
  const { runId, accountId, requestId } = run;
  const traceId = traceparentOf(runId)?.split('-')[1];
  return {
    runId,
    accountId,
    ...(requestId === null ? {} : { requestId }),
    ...(traceId === undefined ? {} : { traceId }),
  };
}
