import { type Overview } from '../../api/agreed.js';
import { count, listed } from '../../words/numbers.js';

type Totals = Overview['totals'];

/** The answer in words: whether every address book is fresh. Those that were disconnected on purpose are not asked about. */
export function headline({ accounts, health }: Totals): string {
  const asked = accounts - health.disconnected;
  if (asked === 0) return 'No address book is connected';
  if (asked === 1) return health.fresh === 1 ? 'The address book is fresh' : 'The address book is not fresh';
  if (health.fresh === asked) return `All ${count(asked)} address books are fresh`;
  return `${count(health.fresh)} of ${count(asked)} address books are fresh`;
}

/** What of the others: who needs a person, what mends itself. */
export function causes({ needPerson, health }: Totals): string {
  const mends = health.late + health.failing + health.held + health['needs-reauth'] - needPerson;
  const parts = [
    ...(needPerson > 0 ? [`${count(needPerson)} ${needPerson === 1 ? 'needs' : 'need'} a person`] : []),
    ...(mends > 0
      ? [
          `${count(mends)} ${mends === 1 ? 'is late and catches up by itself' : 'are late and catch up by themselves'}`,
        ]
      : []),
    ...(health.paused > 0 ? [`${count(health.paused)} ${health.paused === 1 ? 'is' : 'are'} paused`] : []),
    ...(health.disconnected > 0 ? [`${count(health.disconnected)} disconnected`] : []),
  ];
  return parts.length === 0 ? 'Nothing needs you.' : `${listed(parts)}.`;
}
