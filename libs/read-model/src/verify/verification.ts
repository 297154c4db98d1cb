import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type ContactLog } from '../contact-log.js';
import { CONTACTS_TABLE } from '../projection/contact-table.js';
import { type ReadModelProgress } from '../queries/read-model-progress.js';
import { type LogFault } from './check-stream.js';
import { type Difference } from './compare-table.js';
import { verifyTables } from './verify-tables.js';

/** What a verification found; it names contacts, versions and columns, never what they hold. */
export interface ReadModelReport {
  /** Neither the read model nor the log is at fault. */
  readonly ok: boolean;
  /** The read model was to hold every event up to this log position. */
  readonly position: bigint;
  /** In the log. */
  readonly contacts: number;
  /** In the log. */
  readonly events: number;
  /** In the read model. */
  readonly rows: number;
  readonly differences: number;
  /** 100 at most, by contact id. */
  readonly firstDifferences: readonly Difference[];
  readonly logFaults: number;
  /** 100 at most, by contact id. */
  readonly firstLogFaults: readonly LogFault[];
  readonly tookMs: number;
}

/** Shows that the read model is a fold of the log, or where it is not. */
export class Verification {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly log: ContactLog,
    private readonly progress: Pick<ReadModelProgress, 'position'>,
  ) {}

  /** @param signal ends it early, with the signal's reason */
  async run(signal: AbortSignal): Promise<ReadModelReport> {
    const startedAt = performance.now();
    const position = await this.progress.position();
    const live = { table: CONTACTS_TABLE, position };
    const { tables, ...log } = await verifyTables(this.em, this.log, [live], signal);
    const { rows, differences, firstDifferences } = tables[0] ?? NOTHING_COMPARED;
    return {
      ok: differences === 0 && log.logFaults === 0,
      position,
      rows,
      differences,
      firstDifferences,
      ...log,
      tookMs: Math.round(performance.now() - startedAt),
    };
  }
}

const NOTHING_COMPARED = { rows: 0, differences: 0, firstDifferences: [] };
