import { type MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';
import { auditOperation, operator } from '#audit';
import { openDatabase } from '#database';
import { removeAllAccountData } from '#event-store';
import { hasKafka, KafkaErasureLedger, kafkaSettings } from '#kafka';
import { type ErasureRecord, requestErasures } from '#offboarding';
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
  /** How many accounts came back that were erased, and are to be erased again. */
  readonly erasedAgain: number;
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
  const erased = await erasures(configuration, log);
  const orm = await openDatabase(configuration, log);
  try {
    const recover = () => inOneTransaction(orm, configuration, log, { dryRun, erased });
    if (dryRun) return { ...(await recover()), replayed: 0 };
    return await auditOperation(orm.em, 'log.recover', {}, async () => {
      const recovery = await recover();
      const projection = new ContactProjectionHandler(orm.em);
      const replayed = await replayRecovered(orm.em, projection, configuration.KAFKA_TOPIC_PREFIX);
      return { ...recovery, replayed };
    });
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
  { dryRun, erased }: { readonly dryRun: boolean; readonly erased: readonly ErasureRecord[] },
): Promise<Omit<Recovery, 'replayed'>> {
  try {
    // It compares whole tables.
    return await limitStatements(null, () =>
      orm.em.fork().transactional(async (tx) => {
        await keepSyncsOut(tx);
        const accounts = new Set<string>();
        const recovered = await recoverEvents(tx, kafkaSettings(configuration), log, async (events) => {
          await recoverSnapshots(tx, events);
          for (const { accountId } of events) accounts.add(accountId);
        });
        for (const { accountId } of erased) accounts.delete(accountId);
        const recovery = {
          ...recovered,
          unknownAccounts: await unknownAccounts(tx, [...accounts]),
          erasedAgain: await eraseAgain(tx, erased),
        };
        if (dryRun) throw new RolledBack(recovery);
        return recovery;
      }),
    );
  } catch (error) {
    if (error instanceof RolledBack) return error.recovery;
    throw error;
  }
}

async function erasures(configuration: Configuration, log: Logger): Promise<ErasureRecord[]> {
  const ledger = new KafkaErasureLedger(kafkaSettings(configuration), log);
  try {
    return await ledger.read();
  } finally {
    await ledger.close();
  }
}

/** What was erased is in the backup, and on the topic: the log loses it at once, and all else once the service runs. */
async function eraseAgain(tx: SqlEntityManager, erased: readonly ErasureRecord[]): Promise<number> {
  const accounts = await requestErasures(tx, erased, operator());
  for (const accountId of accounts) await removeAllAccountData(tx, accountId);
  return accounts.length;
}
