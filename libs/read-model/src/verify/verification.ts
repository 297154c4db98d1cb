import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { LIVE_CONTACTS } from '../projection/contact.entity.js';
import { type ReadModelPosition } from '../queries/read-model-position.js';
import { type LogFault } from './check-stream.js';
import { type Difference } from './compare-table.js';
import { type DerivedState, type StateDifference } from './derived-state.js';
import { type Compared, verifyTables } from './verify-tables.js';

/** What a verification found; it names contacts, versions and columns, never what they hold. */
export interface ReadModelReport {
  /** Neither the read model nor the state beside it nor the log is at fault. */
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
  /** null where none was given. */
  readonly state: Compared<StateDifference> | null;
  readonly logFaults: number;
  /** 100 at most, by contact id. */
  readonly firstLogFaults: readonly LogFault[];
  readonly tookMs: number;
}

/** Shows that the read model, and the state that is given beside it, are folds of the log, or where they are not. */
export class Verification {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly readModel: Pick<ReadModelPosition, 'position'>,
    private readonly state: DerivedState | null = null,
  ) {}

  /** @param signal ends it early, with the signal's reason */
  async run(signal: AbortSignal): Promise<ReadModelReport> {
    const startedAt = performance.now();
    const position = await this.readModel.position();
    const live = { table: LIVE_CONTACTS.table, position };
    const { tables, ...log } = await verifyTables(this.em, [live], signal, this.state);
    const { rows, differences, firstDifferences } = tables[0] ?? NOTHING_COMPARED;
    return {
      ok: differences === 0 && (log.state?.differences ?? 0) === 0 && log.logFaults === 0,
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
