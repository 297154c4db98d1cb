import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { lastPosition } from '#event-store';
import { type ReadModelPosition } from '#read-model';
import { type AccountStandings, type DayFigures, type Figures, type Runs } from '#sync';

import { type RelayLag } from '../publishing/relay-lag.js';
import { type Troubles } from '../standing/troubles.js';
import { runDetail } from '../sync/run-answer.js';
import { type OverviewAnswer } from './overview-answer.js';
import { SharedAnswer } from './shared-answer.js';

const MOST_RUNS = 10;
const BUCKET_SECONDS = 1_800;

/** How everything stands, in one look. */
export class Overview {
  private readonly ofAll = new SharedAnswer(() => this.look(null));

  constructor(
    private readonly em: SqlEntityManager,
    private readonly standings: AccountStandings,
    private readonly figures: Figures,
    private readonly runs: Runs,
    private readonly readModel: ReadModelPosition,
    private readonly relay: RelayLag,
    private readonly troubles: Troubles,
  ) {}

  /** @param accountId only of this one; null: of all, as it was at most a second ago */
  async of(accountId: string | null): Promise<OverviewAnswer> {
    return accountId === null ? this.ofAll.get() : this.look(accountId);
  }

  private async look(accountId: string | null): Promise<OverviewAnswer> {
    const [totals, { oldest, lastSucceededAt }, day, active, counts, way] = await Promise.all([
      this.standings.totals(accountId),
      this.standings.leastFresh(accountId),
      this.figures.day(accountId),
      this.runs.activeOnes(accountId, MOST_RUNS),
      this.troubles.count(accountId),
      accountId === null ? this.way() : null,
    ]);
    const deadLetters = accountId === null ? counts.deadLetters : null;
    const { held, quarantined } = counts;
    const accounts = totals.needPerson - totals.health.held;
    return {
      at: day.at.toISOString(),
      totals,
      oldest: oldest === null ? null : { ...oldest, succeededAt: oldest.succeededAt?.toISOString() ?? null },
      day: dayAnswer(day),
      stream:
        way === null
          ? null
          : {
              google: {
                accounts: totals.accounts - totals.health.disconnected,
                lastAnswerAt: lastSucceededAt?.toISOString() ?? null,
              },
              log: { position: way.log, perMinute: Math.round(day.changesPerMinute * 10) / 10 },
              ...(way.kafka === undefined ? {} : { kafka: way.kafka }),
              readModel: way.readModel,
            },
      running: {
        running: active.running,
        queued: active.queued,
        items: active.first.map(({ run, accountName }) => ({ ...runDetail(run), accountName })),
      },
      trouble: {
        accounts,
        held,
        quarantined,
        deadLetters,
        total: accounts + held + quarantined + (deadLetters ?? 0),
      },
    };
  }

  private async way() {
    const [log, kafka, position, lag] = await Promise.all([
      lastPosition(this.em.fork()),
      this.kafka(),
      this.readModel.position(),
      this.readModel.lag(),
    ]);
    return { log: String(log), kafka, readModel: { position: String(position), lag } };
  }

  private async kafka() {
    const [position, lag] = await Promise.all([this.relay.position(), this.relay.lag()]);
    return position === undefined || lag === undefined ? undefined : { position: String(position), lag };
  }
}

function dayAnswer({ halfHours, failures }: DayFigures): OverviewAnswer['day'] {
  const buckets = halfHours.map(({ at, ...counts }) => ({ at: at.toISOString(), ...counts }));
  return {
    from: buckets[0]?.at ?? '',
    bucketSeconds: BUCKET_SECONDS,
    buckets,
    errors: failures.map(({ firstAt, lastAt, ...failure }) => ({
      ...failure,
      firstAt: firstAt.toISOString(),
      lastAt: lastAt.toISOString(),
    })),
  };
}
