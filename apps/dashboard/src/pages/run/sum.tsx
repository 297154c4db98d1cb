import { type ReactNode } from 'react';
import { Link } from 'wouter';

import { type RunDetail } from '../../api/answers.js';
import { count } from '../../words/numbers.js';

interface SumProps {
  readonly statistics: RunDetail['statistics'];
  /** What is not a part of what was fetched, so that it stands beside the sum; null: there is nothing of that. */
  readonly aside: {
    readonly title: string;
    readonly figure: ReactNode;
    readonly about: string;
    readonly isKnown: boolean;
  } | null;
}

/**
 * What was fetched, as the sum that it is. Contacts that the list did not show were never fetched, and a merged one
 * counts where it went, so neither is in it.
 */
export function Sum({ statistics, aside }: SumProps) {
  const { total_fetched, created, updated, deleted, not_listed, merged, unchanged, errors } = statistics;
  const parts: readonly { name: string; value: number; href?: string }[] = [
    { name: 'Created', value: created },
    { name: 'Updated', value: updated },
    { name: 'Deleted', value: deleted - not_listed - merged },
    { name: 'Unchanged', value: unchanged },
    { name: 'Quarantined', value: errors, href: '/trouble' },
  ];
  return (
    <dl className="sum">
      <div>
        <dt>Fetched</dt>
        <dd className="fig">{count(total_fetched)}</dd>
      </div>
      {parts.map(({ name, value, href }, at) => (
        <div key={name} data-op={at === 0 ? '=' : '+'} className={value === 0 ? 'zero' : undefined}>
          <dt>{name}</dt>
          <dd className="fig">
            {value > 0 && href !== undefined ? <Link href={href}>{count(value)}</Link> : count(value)}
          </dd>
        </div>
      ))}
      {aside !== null && (
        <div className="aside">
          <dt>{aside.title}</dt>
          <dd className={aside.isKnown ? undefined : 'fig muted'}>{aside.figure}</dd>
          <dd className="small muted">{aside.about}</dd>
        </div>
      )}
    </dl>
  );
}
