import { type Overview } from '../../api/answers.js';
import { count, listed } from '../../words/numbers.js';
import { type Health } from '../../words/states.js';

type Totals = Overview['totals'];

/** How many accounts stand so. */
export function standing({ health }: Totals, as: Health): number {
  return health[as] ?? 0;
}

/** The answer in words: whether every address book is fresh. Those that were disconnected on purpose are not asked about. */
export function headline(totals: Totals): string {
  const fresh = standing(totals, 'fresh');
  const asked = totals.accounts - standing(totals, 'disconnected');
  if (asked === 0) return 'No address book is connected';
  if (asked === 1) return fresh === 1 ? 'The address book is fresh' : 'The address book is not fresh';
  if (fresh === asked) return `All ${count(asked)} address books are fresh`;
  return `${count(fresh)} of ${count(asked)} address books are fresh`;
}

const NOT_WELL: readonly Health[] = ['late', 'failing', 'held', 'needs-reauth'];

/** What of the others: who needs a person, what mends itself. */
export function causes(totals: Totals): string {
  const { needPerson } = totals;
  const late = standing(totals, 'late');
  // Nobody who is late needs a person for it.
  const retried = NOT_WELL.reduce((sum, health) => sum + standing(totals, health), 0) - needPerson - late;
  const [paused, disconnected] = [standing(totals, 'paused'), standing(totals, 'disconnected')];
  const parts = [
    ...(needPerson > 0 ? [`${count(needPerson)} ${needPerson === 1 ? 'needs' : 'need'} a person`] : []),
    ...(late > 0
      ? [
          `${count(late)} ${late === 1 ? 'is late and catches up by itself' : 'are late and catch up by themselves'}`,
        ]
      : []),
    ...(retried > 0
      ? [
          `${count(retried)} failed and ${retried === 1 ? 'tries again by itself' : 'try again by themselves'}`,
        ]
      : []),
    ...(paused > 0 ? [`${count(paused)} ${paused === 1 ? 'is' : 'are'} paused`] : []),
    ...(disconnected > 0 ? [`${count(disconnected)} ${disconnected === 1 ? 'is' : 'are'} disconnected`] : []),
  ];
  return parts.length === 0 ? 'Nothing needs you.' : `${listed(parts)}.`;
}
