import { type MikroORM } from '@mikro-orm/postgresql';
import { auditOperation } from '#audit';
import { connect } from '#database';
import { counted, limitStatements, readDatabaseConfiguration, refuseToStart } from '#platform';
import { type DerivedState, verifyTables } from '#read-model';
import { keepSyncsOut, remakeSnapshots, SnapshotComparison } from '#sync';

import { loadDotenv } from './load-dotenv.js';

const CHUNK = 1_000;

/** `contactstream recover-snapshots` */
export async function run(): Promise<void> {
  try {
    loadDotenv();
    const orm = await connect(readDatabaseConfiguration(process.env));
    try {
      say(await recover(orm));
    } finally {
      await orm.close();
    }
  } catch (error) {
    refuseToStart('recover the snapshots', error);
  }
}

/** @returns what was done, in a sentence */
async function recover(orm: MikroORM): Promise<string> {
  const { compared, contactIds } = await limitStatements(null, () => findDamaged(orm));
  if (contactIds.length === 0) return `All ${counted(compared, 'snapshot')} are as the log says.`;
  await auditOperation(orm.em, 'snapshots.recover', {}, () =>
    limitStatements(null, () =>
      orm.em.fork().transactional(async (tx) => {
        await keepSyncsOut(tx);
        for (let from = 0; from < contactIds.length; from += CHUNK) {
          await remakeSnapshots(tx, contactIds.slice(from, from + CHUNK));
        }
      }),
    ),
  );
  return `${counted(contactIds.length, 'snapshot')} made anew from the log. Syncs that were going on are cancelled.`;
}

/** Beside syncs: what differs at one moment differs until somebody mends it. */
async function findDamaged({ em }: MikroORM): Promise<{ compared: number; contactIds: string[] }> {
  const snapshots = new SnapshotComparison();
  const contactIds: string[] = [];
  const state: DerivedState = {
    nthIdBehind: (tx, after, count) => snapshots.nthIdBehind(tx, after, count),
    compare: async (tx, range, streams) => {
      const compared = await snapshots.compare(tx, range, streams);
      contactIds.push(...compared.differences.map(({ contactId }) => contactId));
      return compared;
    },
  };
  const report = await verifyTables(em, [], new AbortController().signal, state);
  return { compared: report.state?.rows ?? 0, contactIds };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
