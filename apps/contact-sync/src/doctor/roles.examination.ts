import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type FeedLag } from '#event-store';
import { boundSql, counted, isoTime } from '#platform';
import { type ReadModelPosition } from '#read-model';

import { isFarBehind } from '../projection/projection-answer.js';
import { type RelayLag } from '../publishing/relay-lag.js';
import { type Examination, type Finding, judged } from './examination.js';

/** An account is late when its sync has been due for so long. */
const LATE_S = 300;

interface RoleFacts {
  readonly due: number;
  readonly late: number;
  readonly queued: number;
  /** When the schedule last began a run. */
  readonly scheduledAt: string | null;
  /** When the rebuild was asked for that nobody has ended; null: there is none. */
  readonly rebuildSince: string | null;
  /** Who held it last, and until when; null where nobody ever did. */
  readonly relay: { readonly owner: string | null; readonly isHeld: boolean } | null;
}

/** Whether somebody does the work of each role, and who did it last. */
export class RolesExamination implements Examination {
  readonly area = 'roles';
  readonly asks = 'postgres';
  readonly document = 'docs/operations.md#roles-and-processes';

  constructor(
    private readonly em: SqlEntityManager,
    private readonly relay: Pick<RelayLag, 'lag' | 'lagOfAccounts'>,
    private readonly readModel: Pick<ReadModelPosition, 'lag' | 'isFollowed'>,
    /** The relay's name: its events topic's. */
    private readonly relayName: string,
  ) {}

  async examine(): Promise<Finding[]> {
    const [[facts], relayLag, accountsLag, projectionLag, isFollowed] = await Promise.all([
      boundSql<RoleFacts>(this.em.fork(), FACTS, [LATE_S, `relay ${this.relayName}`]),
      this.relay.lag(),
      this.relay.lagOfAccounts(),
      this.readModel.lag(),
      this.readModel.isFollowed(),
    ]);
    if (facts === undefined) throw new Error('PostgreSQL does not say what is due');
    return [
      scheduler(facts),
      ...(relayLag === undefined ? [] : [relay(facts, relayLag)]),
      ...(accountsLag === undefined ? [] : [accountsRelay(accountsLag)]),
      projector(facts, isFollowed, projectionLag),
    ];
  }
}

function scheduler({ due, late, queued, scheduledAt }: RoleFacts): Finding {
  const last =
    scheduledAt === null ? 'none began by schedule yet' : `the last by schedule began ${scheduledAt}`;
  const found = `${counted(due, 'sync is', 'syncs are')} due, ${counted(queued, 'waits for its turn', 'wait for their turn')}; ${last}.`;
  return judged('roles-scheduler', late === 0, found, {
    verdict: 'failed',
    found: `${counted(late, 'account has', 'accounts have')} been due for more than ${LATE_S / 60} minutes; ${last}.`,
    mend: 'See that a process with scheduler among its ROLES runs; then start another one.',
  });
}

function relay({ relay: lease }: RoleFacts, lag: FeedLag | null): Finding {
  const finding = reader('roles-relay', 'Kafka', 'relay', lag);
  if (lease === null || finding.verdict !== 'ok') return finding;
  // A process takes the lease under a name of its own each time: its host and number, and an id.
  const [who = 'nobody'] = lease.owner?.split(' ') ?? [];
  return lease.isHeld
    ? { ...finding, found: `${finding.found} ${who} relays.` }
    : {
        ...finding,
        verdict: 'failed',
        found: `Nobody relays to Kafka; the last who did was ${who}.`,
        mend: 'See that a process with relay among its ROLES runs.',
      };
}

function projector({ rebuildSince }: RoleFacts, isFollowed: boolean, lag: FeedLag | null): Finding {
  const finding = reader('roles-projector', 'The read model', 'projector', lag);
  if (isFollowed) return finding;
  const rebuild = rebuildSince === null ? '' : ` A rebuild waits for one since ${rebuildSince}.`;
  return {
    ...finding,
    verdict: 'failed',
    found: `No process that fills the read model was seen for 15 s.${rebuild} ${finding.found}`,
    mend: 'Start a process with projector among its ROLES, or see why it does not get on: its log says.',
  };
}

function accountsRelay(lag: FeedLag | null): Finding {
  return reader('roles-relay-accounts', 'Kafka', 'relay', lag, "the log of accounts' lives");
}

function reader(check: string, what: string, role: string, lag: FeedLag | null, log = 'the log'): Finding {
  const mend = `See that a process with ${role} among its ROLES runs, and what its log says.`;
  if (lag === null) {
    return {
      check,
      verdict: 'warning',
      found: `How far ${what} is behind ${log} cannot be known: PostgreSQL did not answer that question.`,
      mend: 'Ask the doctor again; if it stays, see what the lines of postgres say.',
    };
  }
  const found =
    lag.events === 0
      ? `${what} has all of ${log}.`
      : `${what} is behind ${log} by ${counted(lag.events, 'event')}; the oldest is ${Math.round(lag.seconds)} s old.`;
  return judged(check, !isFarBehind(lag), found, { verdict: 'failed', mend });
}

const FACTS = `
  with due as (
    select next_sync_at from sync_lists join accounts account on account.id = account_id
    where account.state = 'connected' and not account.paused and next_sync_at < now()
      and not exists (select from sync_runs run where run.account_id = account.id and run.state in ('queued', 'running'))
  )
  select count(*)::int as due,
    (count(*) filter (where next_sync_at < now() - make_interval(secs => $1)))::int as late,
    (select count(*)::int from sync_runs where state = 'queued') as queued,
    (select ${isoTime('max(queued_at)')} from sync_runs
      where trigger = 'scheduled' and queued_at > now() - interval '1 day') as "scheduledAt",
    (select ${isoTime('requested_at')} from projection_rebuilds where finished_at is null limit 1) as "rebuildSince",
    (select jsonb_build_object('owner', owner, 'isHeld', owner is not null and expires_at > clock_timestamp())
      from leases where name = $2) as relay
  from due`;
