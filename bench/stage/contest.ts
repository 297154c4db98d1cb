import { type BenchmarkRun } from '../benchmark.js';
import { type Later } from '../harness/with-cleanup.js';
import { SourceAlgorithm } from '../peers/source-algorithm/source-algorithm.js';
import { BenchService } from './service.js';

/**
 * One account, and two that sync it: ours, and the source document's algorithm; each in a database of its own.
 *
 * @param others contacts of other accounts that stand in our database already
 */
export async function openContest(
  { stage, settings }: BenchmarkRun,
  size: number,
  others: number,
  later: Later,
) {
  const google = await stage.google();
  const account = await google.createAccount(size);
  const client = google.client(account);
  const database = await stage.database(others);
  later(() => database.drop());
  const sourceDatabase = await stage.emptyDatabase();
  later(() => sourceDatabase.drop());
  const source = await SourceAlgorithm.open(sourceDatabase);
  later(() => source.close());
  const service = await BenchService.start({ database, google, profile: settings.profile });
  later(() => service.stop());
  const accountId = await database.connectAccount(account);
  return { google, account, accountId, client, database, service, source };
}
