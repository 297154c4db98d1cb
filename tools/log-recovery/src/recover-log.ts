import { type MikroORM } from '@mikro-orm/postgresql';
import { openDatabase } from '#database';
import { hasKafka, kafkaSettings } from '#kafka';
import { type Configuration, ConfigurationError, limitStatements } from '#platform';
import { ContactProjectionHandler } from '#read-model';
import { keepSyncsOut, recoverSnapshots, unknownAccounts } from '#sync';
import { type Logger } from 'pino';

import { type RecoveredEvents, recoverEvents } from './recover-events.js';
import { replayRecovered } from './replay-recovered.js';

/** What a recovery did, or, on a dry run, would do. */
export interface Recovery extends RecoveredEvents {
  /** Accounts that were connected after the backup. */
  readonly unknownAccounts: readonly string[];
  /** Dead letters that the read model has applied now. */
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
    // It compares whole tables.
    const recovery = await limitStatements(null, () => inOneTransaction(orm, configuration, log, dryRun));
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

/** Carries what a dry run would have done; it is thrown to roll the transaction back. */
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
