import { Link } from 'wouter';

import { type Overview } from '../../api/answers.js';
import { State } from '../../parts/state.js';
import { useAddress } from '../../shell/address.js';
import { count } from '../../words/numbers.js';
import { type Health, HEALTH } from '../../words/states.js';
import { standing } from './headline.js';

const SHOWN: readonly Health[] = ['fresh', 'late', 'needs-reauth', 'held', 'failing', 'paused'];

/** The six counts; each filters the table, and once more shows all. */
export function HealthStrip({ totals }: { readonly totals: Overview['totals'] }) {
  const { search } = useAddress();
  const chosen = search.get('health');
  return (
    <nav aria-label="Address books by state">
      <ul className="strip">
        {SHOWN.map((health) => (
          <li key={health} className={standing(totals, health) === 0 ? 'zero' : undefined}>
            <Link
              href={chosen === health ? '/' : `/?health=${health}`}
              aria-current={chosen === health ? 'true' : undefined}
            >
              <State of={HEALTH[health]} />
              <span className="fig">{count(standing(totals, health))}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
