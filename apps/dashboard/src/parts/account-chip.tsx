import { useState } from 'react';
import { Link } from 'wouter';

import { useAccount, useAccounts, useOverview } from '../api/ask.js';
import { useMay } from '../api/session.js';
import { counted } from '../words/numbers.js';
import { Icon } from './icon.js';
import { SearchInput } from './search-input.js';
import { Loaded } from './loaded.js';
import { Menu } from './menu.js';

interface AccountChipProps {
  /** null: all of them. */
  readonly accountId: string | null;
  /** Whoever is bound to an account sees no other. */
  readonly isFixed: boolean;
  readonly hrefOf: (accountId: string | null) => string;
}

/** Of which account; found by name among however many. */
export function AccountChip({ accountId, isFixed, hrefOf }: AccountChipProps) {
  const mayOperate = useMay()('operate');
  // Without the scope `operate` no account has a name here.
  if (!mayOperate || isFixed) return null;
  return (
    <Menu
      className={accountId === null ? 'chip' : 'chip on'}
      button={
        <>
          {accountId === null ? <AllAccounts /> : <OneAccount id={accountId} />}
          <Icon name="down" />
        </>
      }
    >
      <Choice hrefOf={hrefOf} isChosen={accountId !== null} />
    </Menu>
  );
}

function AllAccounts() {
  const accounts = useOverview().data?.totals.accounts;
  return (
    <>
      All <b>{accounts === undefined ? 'accounts' : counted(accounts, 'account')}</b>
    </>
  );
}

function OneAccount({ id }: { readonly id: string }) {
  const { data } = useAccount(id);
  return (
    <>
      Account is{' '}
      <b className="cut chosen" dir="auto">
        {data?.name ?? id.slice(0, 8)}
      </b>
    </>
  );
}

function Choice({ hrefOf, isChosen }: { hrefOf: AccountChipProps['hrefOf']; isChosen: boolean }) {
  const [q, setQ] = useState('');
  const accounts = useAccounts({ ...(q !== '' && { q }), sort: 'name' });
  return (
    <>
      <SearchInput label="Find an account" placeholder="Name or address" text={q} onText={setQ} />
      {isChosen && <Link href={hrefOf(null)}>All accounts</Link>}
      <div className="choices">
        <Loaded query={accounts}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="pad small muted">No account is called so</p>
            ) : (
              items.slice(0, 20).map(({ id, name, email }) => (
                <Link key={id} href={hrefOf(id)}>
                  <span dir="auto">{name}</span>
                  {email !== name && <small>{email}</small>}
                </Link>
              ))
            )
          }
        </Loaded>
      </div>
    </>
  );
}
