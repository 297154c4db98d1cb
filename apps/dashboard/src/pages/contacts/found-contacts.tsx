import { useEffect, useRef } from 'react';
import { Link } from 'wouter';

import {
  type Contact,
  type ContactsWanted,
  isMasked,
  type MaskedContact,
  useContacts,
} from '../../api/contacts.js';
import { useMay } from '../../api/session.js';
import { AccountName } from '../../parts/account-name.js';
import { Hidden } from '../../parts/hidden.js';
import { Hits } from '../../parts/hits.js';
import { NotLoaded, SkeletonLines } from '../../parts/loaded.js';
import { Time } from '../../parts/time.js';
import { useAddress } from '../../shell/address.js';
import { useListKeys } from '../../shell/list-keys.js';
import { hitsIn, searchWords } from '../../words/hits.js';
import { count, counted } from '../../words/numbers.js';
import { secondLine } from '../../words/contacts.js';

/** More would be scrolled through by nobody: searching finds faster. */
const MOST_ROWS = 500;

interface FoundContactsProps {
  readonly wanted: ContactsWanted;
  readonly openId: string | null;
}

export function FoundContacts({ wanted, openId }: FoundContactsProps) {
  const found = useContacts(wanted);
  const list = useRef<HTMLElement>(null);
  useListKeys(list, '.list a');
  const { href, aside } = useAddress();
  const mayOperate = useMay()('operate');
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const words = searchWords(wanted.q);
  const isMore = found.hasNextPage && items.length < MOST_ROWS;
  return (
    <section
      aria-label={wanted.q === '' ? 'Contacts, latest change first' : 'Found'}
      ref={list}
      aria-busy={found.isPlaceholderData}
    >
      <div className="lh" role="status">
        <Heading found={found} items={items.length} wanted={wanted} />
      </div>
      {found.isError && items.length === 0 && (
        <NotLoaded error={found.error} again={() => void found.refetch()} />
      )}
      {found.isPending && <SkeletonLines lines={6} />}
      {found.isSuccess && items.length === 0 && <NobodyFound wanted={wanted} />}
      <ul className="list">
        {items.map((contact) => (
          <li key={contact.id} className={contact.deleted ? 'gone' : undefined}>
            <Link
              href={href({ v: null }, `/contacts/${contact.id}`)}
              state={aside}
              aria-current={contact.id === openId ? 'true' : undefined}
            >
              <Row contact={contact} words={words} mayOperate={mayOperate} />
            </Link>
          </li>
        ))}
      </ul>
      {isMore && <More isLoading={found.isFetchingNextPage} load={() => void found.fetchNextPage()} />}
      {found.hasNextPage && items.length >= MOST_ROWS && (
        <p className="pad small muted">These are the first {count(MOST_ROWS)}. Search to find others.</p>
      )}
    </section>
  );
}

function Heading({
  found: { data, hasNextPage },
  items,
  wanted: { q },
}: {
  readonly found: ReturnType<typeof useContacts>;
  readonly items: number;
  readonly wanted: ContactsWanted;
}) {
  const took = data?.pages[0]?.tookMs;
  if (took === undefined) return null;
  if (q === '') {
    return (
      <>
        <span>{hasNextPage ? 'All contacts' : counted(items, 'contact')}</span>
        <span>latest change first</span>
      </>
    );
  }
  return (
    <>
      <span>{hasNextPage ? `The first ${count(items)}` : `${count(items)} found`}</span>
      <span>in {count(Math.round(took))} ms</span>
    </>
  );
}

interface RowProps {
  readonly contact: Contact | MaskedContact;
  readonly words: readonly string[];
  readonly mayOperate: boolean;
}

function Row({ contact, words, mayOperate }: RowProps) {
  const when = contact.deleted ? (
    <>
      deleted <Time at={contact.deletedAt ?? contact.updatedAt} />
    </>
  ) : (
    <Time at={contact.updatedAt} />
  );
  const account = mayOperate && <AccountName id={contact.accountId} />;
  if (isMasked(contact)) {
    return (
      <>
        <b className="mono">{contact.id.slice(0, 8)}</b>
        <span>{when}</span>
        <span>
          <Hidden />
        </span>
        <span className="cut">{account}</span>
      </>
    );
  }
  const name = contact.displayName === '' ? 'No name' : contact.displayName;
  return (
    <>
      <b className="cut" dir="auto" title={name}>
        <Hits text={name} words={words} />
      </b>
      <span>{when}</span>
      <span className="cut" dir="auto">
        <Hits
          text={secondLine(contact, (text) => hitsIn(text, words).some(({ hit }) => hit))}
          words={words}
        />
      </span>
      <span className="cut">{account}</span>
    </>
  );
}

function NobodyFound({ wanted: { q, deletedToo } }: { readonly wanted: ContactsWanted }) {
  const { href, go } = useAddress();
  if (q === '') {
    return (
      <div className="nothing">
        <h2>No contacts yet</h2>
        <p>They come with the first sync of an account.</p>
      </div>
    );
  }
  return (
    <div className="nothing">
      <h2>No contact matches “{q}”</h2>
      <p>Names, organisations, e-mail addresses and digits of phone numbers were searched.</p>
      {!deletedToo && (
        <div className="actions">
          <button
            className="btn sm"
            type="button"
            onClick={() => {
              go(href({ deleted: '1' }), { replace: true });
            }}
          >
            Search deleted ones too
          </button>
        </div>
      )}
    </div>
  );
}

/** What comes next is asked for when one is about to see it. */
function More({ isLoading, load }: { readonly isLoading: boolean; readonly load: () => void }) {
  const place = useRef<HTMLButtonElement>(null);
  const latest = useRef(load);
  useEffect(() => {
    latest.current = load;
  });
  useEffect(() => {
    const button = place.current;
    if (button === null || isLoading) return;
    const seen = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) latest.current();
      },
      { root: button.closest('section'), rootMargin: '600px' },
    );
    seen.observe(button);
    return () => {
      seen.disconnect();
    };
  }, [isLoading]);
  return (
    <button className="btn quiet more" type="button" ref={place} onClick={load} aria-busy={isLoading}>
      {isLoading ? 'Loading' : 'More'}
    </button>
  );
}
