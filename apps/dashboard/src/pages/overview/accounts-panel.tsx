import { useState } from 'react';
import { Link } from 'wouter';

import { type Account } from '../../api/answers.js';
import { type AccountSort, type AccountsQuery, useAccounts } from '../../api/ask.js';
import { useMay } from '../../api/session.js';
import { Icon } from '../../parts/icon.js';
import { SearchInput } from '../../parts/search-input.js';
import { Loaded, SkeletonRows } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { useAddress } from '../../shell/address.js';
import { count } from '../../words/numbers.js';
import { HEALTH, isHealth } from '../../words/states.js';
import { AccountRow } from './account-row.js';
import { ConnectDialog } from './connect-dialog.js';

/** What the table can be sorted by, as the service calls it; `-` before it is the other way round. */
const COLUMNS: readonly {
  readonly title: string;
  readonly sort: AccountSort | null;
  readonly className?: string;
}[] = [
  { title: 'Account', sort: 'name' },
  { title: 'State', sort: 'trouble' },
  { title: 'Last outcome', sort: null },
  { title: 'Synced, next', sort: '-succeededAt', className: 'num' },
  { title: 'Contacts', sort: '-contacts', className: 'num c-hide' },
  { title: 'Changes, 24 h', sort: '-changes', className: 'num c-hide' },
];

const SORTED_BY = {
  trouble: 'what needs a person',
  name: 'name',
  succeededAt: 'when they were synced',
  contacts: 'contacts',
  changes: 'changes of 24 hours',
} as const;

/** What the address asks for; what no column is sorted by counts as nothing. */
function sortIn(text: string | null): AccountSort {
  const by = text?.replace(/^-/, '') ?? '';
  return by in SORTED_BY && by !== 'trouble' ? (text as AccountSort) : 'trouble';
}

function sortedBy(sort: AccountSort): string {
  return SORTED_BY[sort.replace(/^-/, '') as keyof typeof SORTED_BY];
}

/** Which accounts there are, what is wrong, and what to do: filters, order and page are in the address. */
export function AccountsPanel({ total }: { readonly total: number }) {
  const { search, href, go } = useAddress();
  const [isConnecting, setConnecting] = useState(false);
  const may = useMay();
  const sort = sortIn(search.get('sort'));
  const [q, health, cursor] = [search.get('q'), search.get('health'), search.get('cursor')];
  const query: AccountsQuery = {
    sort,
    ...(q !== null && { q }),
    ...(isHealth(health) && { health }),
    ...(cursor !== null && { cursor }),
  };
  const accounts = useAccounts(query);
  const isFiltered = query.q !== undefined || query.health !== undefined;
  const change = (name: string, value: string) => {
    go(href({ cursor: null, [name]: value === '' ? null : value }), { replace: name === 'q' });
  };
  return (
    <Panel
      title="Accounts"
      tools={
        <>
          <SearchInput
            id="filter"
            label="Filter accounts"
            placeholder="Name or address"
            text={query.q ?? ''}
            onText={(text) => {
              change('q', text);
            }}
          />
          {query.health !== undefined && (
            <Link className="chip on" href="/">
              State is <b>{HEALTH[query.health].word}</b>
              <Icon name="x" />
              <span className="vh">, remove this filter</span>
            </Link>
          )}
        </>
      }
      actions={
        <>
          <span className="small muted wide-only">Sorted by {sortedBy(sort)}</span>
          {may('admin') && (
            <button
              className="btn sm"
              type="button"
              onClick={() => {
                setConnecting(true);
              }}
            >
              <Icon name="plus" />
              Connect an account
            </button>
          )}
        </>
      }
    >
      <Loaded query={accounts} skeleton={<SkeletonRows rows={8} />}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <div className="nothing">
              <h3>{isFiltered ? 'No account matches' : 'No account is connected'}</h3>
              {isFiltered && (
                <div className="actions">
                  <Link className="btn sm" href="/">
                    Show all
                  </Link>
                </div>
              )}
            </div>
          ) : (
            <>
              <AccountsTable
                items={items}
                sort={sort}
                onSort={(by) => {
                  change('sort', by === 'trouble' ? '' : by);
                }}
              />
              {(nextCursor !== null || query.cursor !== undefined || total > 10) && (
                <footer>
                  <span>
                    {isFiltered || query.cursor !== undefined
                      ? count(items.length)
                      : `1–${count(items.length)} of ${count(total)}`}
                  </span>
                  <span className="grow" />
                  {query.cursor !== undefined && <Link href="/">First page</Link>}
                  {nextCursor !== null && (
                    <button
                      className="as-link"
                      type="button"
                      onClick={() => {
                        change('cursor', nextCursor);
                      }}
                    >
                      Next 50
                    </button>
                  )}
                </footer>
              )}
            </>
          )
        }
      </Loaded>
      {isConnecting && (
        <ConnectDialog
          onClose={() => {
            setConnecting(false);
          }}
        />
      )}
    </Panel>
  );
}

interface AccountsTableProps {
  readonly items: readonly Account[];
  readonly sort: AccountSort;
  readonly onSort: (sort: AccountSort) => void;
}

function AccountsTable({ items, sort, onSort }: AccountsTableProps) {
  const most = Math.max(1, ...items.flatMap(({ changes24h }) => changes24h.hourly));
  return (
    <table className="table reflow" role="table" aria-label="Accounts">
      <thead role="rowgroup">
        <tr role="row">
          {COLUMNS.map(({ title, sort: by, className }) => (
            <th
              key={title}
              role="columnheader"
              className={className}
              aria-sort={
                sameColumn(by, sort) ? (sort.startsWith('-') ? 'descending' : 'ascending') : undefined
              }
            >
              {by === null ? (
                title
              ) : (
                <button
                  type="button"
                  onClick={() => {
                    onSort(sort === by && by !== 'trouble' ? other(by) : by);
                  }}
                >
                  {title} {sameColumn(by, sort) && <Icon name="down" />}
                </button>
              )}
            </th>
          ))}
          <th role="columnheader">
            <span className="vh">Action</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {items.map((account) => (
          <AccountRow key={account.id} account={account} most={most} />
        ))}
      </tbody>
    </table>
  );
}

function sameColumn(by: AccountSort | null, sort: AccountSort): boolean {
  return by !== null && by.replace(/^-/, '') === sort.replace(/^-/, '');
}

function other(sort: AccountSort): AccountSort {
  return (sort.startsWith('-') ? sort.slice(1) : `-${sort}`) as AccountSort;
}
