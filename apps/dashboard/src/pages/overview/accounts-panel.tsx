import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';

import { type Account } from '../../api/agreed.js';
import { type AccountsQuery, useAccounts } from '../../api/ask.js';
import { useMay } from '../../api/session.js';
import { Icon } from '../../parts/icon.js';
import { Loaded, SkeletonRows } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { count } from '../../words/numbers.js';
import { HEALTH } from '../../words/states.js';
import { AccountRow } from './account-row.js';
import { ConnectDialog } from './connect-dialog.js';

/** What the table can be sorted by, as the service calls it; `-` before it is the other way round. */
const COLUMNS: readonly {
  readonly title: string;
  readonly sort: string | null;
  readonly className?: string;
}[] = [
  { title: 'Account', sort: 'name' },
  { title: 'State', sort: 'trouble' },
  { title: 'Last outcome', sort: null },
  { title: 'Synced, next', sort: '-succeededAt', className: 'num' },
  { title: 'Contacts', sort: '-contacts', className: 'num c-hide' },
  { title: 'Changes, 24 h', sort: '-changes', className: 'num c-hide' },
];

const SORTED_BY: Readonly<Record<string, string>> = {
  trouble: 'what needs a person',
  name: 'name',
  succeededAt: 'when they were synced',
  contacts: 'contacts',
  changes: 'changes of 24 hours',
};

/** Which accounts there are, what is wrong, and what to do: filters, order and page are in the address. */
export function AccountsPanel({ total }: { readonly total: number }) {
  const [search, setSearch] = useSearchParams();
  const [isConnecting, setConnecting] = useState(false);
  const may = useMay();
  const sort = search.get('sort') ?? 'trouble';
  const query: AccountsQuery = {
    sort,
    q: search.get('q') ?? undefined,
    health: search.get('health') ?? undefined,
    cursor: search.get('cursor') ?? undefined,
  };
  const accounts = useAccounts(query);
  const isFiltered = query.q !== undefined || query.health !== undefined;
  const change = (name: string, value: string) => {
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        next.delete('cursor');
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: name === 'q' },
    );
  };
  return (
    <Panel
      title="Accounts"
      tools={
        <>
          <label className="field" id="filter">
            <Icon name="search" />
            <span className="vh">Filter accounts</span>
            <input
              type="search"
              placeholder="Name or address"
              value={query.q ?? ''}
              onChange={(event) => {
                change('q', event.target.value);
              }}
            />
          </label>
          {query.health !== undefined && (
            <Link className="chip on" href="/">
              State is <b>{HEALTH[query.health as keyof typeof HEALTH].word}</b>
              <Icon name="x" />
              <span className="vh">, remove this filter</span>
            </Link>
          )}
        </>
      }
      actions={
        <>
          <span className="small muted wide-only">Sorted by {SORTED_BY[sort.replace(/^-/, '')] ?? sort}</span>
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
  readonly sort: string;
  readonly onSort: (sort: string) => void;
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

function sameColumn(by: string | null, sort: string): boolean {
  return by !== null && by.replace(/^-/, '') === sort.replace(/^-/, '');
}

function other(sort: string): string {
  return sort.startsWith('-') ? sort.slice(1) : `-${sort}`;
}
