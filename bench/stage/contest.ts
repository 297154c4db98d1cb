import { type BenchmarkRun } from '../benchmark.js';
import { type Later } from '../harness/with-cleanup.js';
import { SourceAlgorithm } from '../peers/source-algorithm/source-algorithm.js';
import { serviceOn } from './service-on.js';

/**
 * One account, and two that sync it: ours, and the source document's algorithm; each in a database of its own.
 *
 * @param others contacts of other accounts that stand in our database already
 */
export async function openContest(run: BenchmarkRun, size: number, others: number, later: Later) {
  const { stage } = run;
  const google = await stage.google();
  const account = await google.createAccount(size);
  const client = google.client(account);
  const sourceDatabase = await stage.emptyDatabase();
  later(() => sourceDatabase.drop());
  const source = await SourceAlgorithm.open(sourceDatabase);
  later(() => source.close());
  const database = await stage.database(others);
  const service = await serviceOn(run, database, later);
  const accountId = await database.connectAccount(account);
  return { google, account, accountId, client, database, service, source };
}
