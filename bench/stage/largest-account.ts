import { type BenchmarkRun, mostContacts, short } from '../benchmark.js';
import { type Later } from '../harness/with-cleanup.js';
import { type BenchDatabase } from './bench-database.js';
import { addAccounts } from './many-accounts.js';
import { type BenchService } from './service.js';
import { serviceOn } from './service-on.js';

/** What Google allows in one account. */
const LARGEST = 25_000;
/** One account for so many contacts, as 2,000,000 make 10,000 accounts. */
const CONTACTS_AN_ACCOUNT = 200;

/** The largest of many accounts, synced, before the others are there. */
export interface LargestAccount {
  readonly database: BenchDatabase;
  readonly service: BenchService;
  readonly accountId: string;
  /** Its contacts. */
  readonly largest: number;
  /** Those of all accounts, once the others are there. */
  readonly contacts: number;
  /** `10k accounts, 2M contacts`. */
  readonly setting: string;
  readonly addOthers: () => Promise<void>;
}

export async function openLargest(run: BenchmarkRun, later: Later): Promise<LargestAccount> {
  const { stage, settings, progress } = run;
  const contacts = mostContacts(settings);
  const largest = Math.min(LARGEST, Math.floor(contacts / 2));
  const accounts = Math.max(3, Math.floor(contacts / CONTACTS_AN_ACCOUNT));
  const setting = `${short(accounts)} accounts, ${short(contacts)} contacts`;
  const database = await stage.database();
  const service = await serviceOn(run, database, later);
  const accountId = await database.connectAccount(await (await stage.google()).createAccount(largest));
  progress(`${setting}: a first sync of ${short(largest)} contacts`);
  await service.sync('full', accountId);
  const addOthers = (): Promise<void> =>
    addAccounts(database, { accounts, contacts }, (what) => {
      progress(`${setting}: ${what}`);
    });
  return { database, service, accountId, largest, contacts, setting, addOthers };
}
