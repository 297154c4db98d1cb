import { type MikroORM } from '@mikro-orm/postgresql';
import { type RecoveredEvents, recoverEvents } from './log-recovery.js';
import { replayRecovered } from './replay-recovered.js';
import { type Configuration, ConfigurationError } from '#platform';
import { ContactProjectionHandler } from '#read-model';
import { keepSyncsOut, recoverSnapshots, unknownAccounts } from '#sync';
import { type Logger } from 'pino';

import { openDatabase } from '#database';
import { hasKafka, kafkaSettings } from '#kafka';

/** What a recovery did, or, on a dry run, would do. */
export interface Recovery extends RecoveredEvents {
  /** Accounts that were connected after the backup. */
  readonly unknownAccounts: readonly string[];
  /** Dead letters that the read model has got now. */
  readonly replayed: number;
}

/**
 * What `npm run recover-log` does, after a database was restored to an earlier time: the log gets back from Kafka what
 * it has lost, and what is made from the log follows.
 *
 * @throws RecoveryRefused, and then nothing was written
 */
export async function recoverLog(
  configuration: Configuration,
  log: Logger,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Recovery> {
  if (!hasKafka(configuration)) {
    throw new ConfigurationError('KAFKA_BROKERS is not set. It must be the Kafka that holds the lost events');
  }
  const orm = await openDatabase(configuration, log);
  try {
    const recovery = await inOneTransaction(orm, configuration, log, dryRun);
    if (dryRun) return { ...recovery, replayed: 0 };
    const replayed = await replayRecovered(
      orm.em,
      new ContactProjectionHandler(orm.em),
      configuration.KAFKA_TOPIC_PREFIX,
    );
    return { ...recovery, replayed };
  } finally {
    await orm.close();
  }
}

/** What a dry run would have done: thrown, so that the transaction is rolled back. */
class RolledBack extends Error {
  constructor(readonly recovery: Omit<Recovery, 'replayed'>) {
    super('A dry run is never committed');
  }
}

async function inOneTransaction(
  orm: MikroORM,
  configuration: Configuration,
  log: Logger,
  dryRun: boolean,
): Promise<Omit<Recovery, 'replayed'>> {
  try {
    return await orm.em.fork().transactional(async (tx) => {
      await keepSyncsOut(tx);
      const accounts = new Set<string>();
      const recovered = await recoverEvents(tx, kafkaSettings(configuration), log, async (events) => {
        await recoverSnapshots(tx, events);
        for (const { accountId } of events) accounts.add(accountId);
      });
      const recovery = { ...recovered, unknownAccounts: await unknownAccounts(tx, [...accounts]) };
      if (dryRun) throw new RolledBack(recovery);
      return recovery;
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.recovery;
    throw error;
  }
}

/** In lines, for the person who ran it. */
export function describeRecovery(recovery: Recovery, { dryRun }: { readonly dryRun: boolean }): string {
  const { events, contacts, before, after, foreign } = recovery;
  const lines = [
    events === 0
      ? `The log ends at position ${before} and lacks no event that Kafka holds.`
      : `${dryRun ? 'Would bring' : 'Brought'} back ${events} events of ${contacts} contacts; the log ended at position ` +
        `${before}, and ${dryRun ? 'would end' : 'now ends'} at ${after}.`,
  ];
  if (foreign > 0) lines.push(`Passed over ${foreign} records that are no events of this service.`);
  if (recovery.replayed > 0)
    lines.push(
      `Gave ${recovery.replayed} of them to the read model, which had put them aside as dead letters.`,
    );
  for (const id of recovery.unknownAccounts) {
    lines.push(
      `Account ${id} was connected after the backup and is not in the database: its contacts stay as they are, and ` +
        'whoever connects it again gets another account.',
    );
  }
  lines.push(
    dryRun
      ? 'Nothing was written.'
      : 'Start the service. The next sync of each account fetches what Kafka never got.',
  );
  return lines.join('\n');
}
