import { type ReactNode, useRef } from 'react';
import { Link } from 'wouter';

import { AccountName } from '../../parts/account-name.js';
import { Icon, type IconName } from '../../parts/icon.js';
import { Time } from '../../parts/time.js';
import { useAddress } from '../../shell/address.js';
import { useListKeys } from '../../shell/list-keys.js';
import { count, counted } from '../../words/numbers.js';
import { accountOutcome, holdWords } from '../../words/outcomes.js';
import { sentence } from '../../words/numbers.js';
import { type TroubleItem } from './trouble-items.js';

const GROUPS = [
  { title: 'Whole accounts stand still', kinds: ['sign-in', 'failing'] },
  { title: 'Deletions wait for approval', kinds: ['held'] },
  { title: 'Single contacts', kinds: ['quarantine', 'dead-letters'] },
] as const satisfies readonly { title: string; kinds: readonly TroubleItem['kind'][] }[];

interface TroubleListProps {
  readonly items: readonly TroubleItem[];
  readonly openId: string | null;
}

export function TroubleList({ items, openId }: TroubleListProps) {
  const list = useRef<HTMLElement>(null);
  useListKeys(list, '.list a');
  return (
    <section aria-label="What needs a person" ref={list}>
      {GROUPS.map(({ title, kinds }) => {
        const within = items.filter(({ kind }) => (kinds as readonly string[]).includes(kind));
        return (
          within.length > 0 && (
            <div key={title}>
              <h2 className="lh">
                <span>{title}</span>
                <span>{count(within.length)}</span>
              </h2>
              <ul className="list">
                {within.map((item) => (
                  <li key={item.id}>
                    <Row item={item} isOpened={item.id === openId} />
                  </li>
                ))}
              </ul>
            </div>
          )
        );
      })}
      {items.length === 0 && <p className="pad muted">None of this kind.</p>}
    </section>
  );
}

function Row({ item, isOpened }: { readonly item: TroubleItem; readonly isOpened: boolean }) {
  const { href } = useAddress();
  switch (item.kind) {
    case 'sign-in':
    case 'failing': {
      const { account } = item;
      const isSignIn = item.kind === 'sign-in';
      return (
        <Line
          href={`/accounts/${account.id}`}
          icon={isSignIn ? 'key' : 'fail'}
          tone={isSignIn ? 'warn' : 'bad'}
          title={
            <>
              <span dir="auto">{account.name}</span> {isSignIn ? 'needs sign-in' : 'fails'}
            </>
          }
          at={account.lastSucceededAt ?? account.connectedAt}
          line={accountOutcome(account)}
        />
      );
    }
    case 'held': {
      const { run } = item;
      return (
        <Line
          href={`/runs/${run.id}`}
          icon="held"
          tone="warn"
          title={
            <>
              {counted(run.heldDeletions ?? 0, 'deletion')} of <AccountName id={run.accountId} />
            </>
          }
          at={run.finishedAt ?? run.startedAt}
          line={sentence(holdWords(run))}
        />
      );
    }
    case 'quarantine': {
      const { id, entry } = item;
      return (
        <Line
          href={href({ of: null }, `/trouble/${id}`)}
          isOpened={isOpened}
          icon="warn"
          tone="warn"
          title={entry.resourceName ?? 'No resource name'}
          at={entry.occurredAt}
          line={entry.error}
          account={<AccountName id={entry.accountId} />}
        />
      );
    }
    case 'dead-letters': {
      const { id, letter } = item;
      return (
        <Line
          href={href({ of: 'dead-letters' }, `/trouble/${id}`)}
          isOpened={isOpened}
          icon="dead"
          tone="warn"
          title={letter.partition === null ? 'Dead letter' : `Dead letter, partition ${letter.partition}`}
          at={letter.occurredAt}
          line={letter.error}
          account={letter.refusedBy === 'kafka' ? 'Kafka' : 'Read model'}
        />
      );
    }
  }
}

interface LineProps {
  readonly href: string;
  readonly icon: IconName;
  readonly tone: 'warn' | 'bad';
  readonly title: ReactNode;
  /** null: not known. */
  readonly at: string | null;
  readonly line: string;
  readonly account?: ReactNode;
  readonly isOpened?: boolean;
}

function Line({ href, icon, tone, title, at, line, account, isOpened = false }: LineProps) {
  return (
    <Link href={href} aria-current={isOpened ? 'true' : undefined}>
      <b className="cut">
        <span className={tone}>
          <Icon name={icon} />
        </span>{' '}
        {title}
      </b>
      <span>{at !== null && <Time at={at} />}</span>
      <span className={account === undefined ? 'cut whole' : 'cut'} title={line}>
        {line}
      </span>
      {account !== undefined && <span className="cut">{account}</span>}
    </Link>
  );
}
