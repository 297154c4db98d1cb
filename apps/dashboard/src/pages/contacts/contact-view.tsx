import { useEffect, useMemo } from 'react';
import { Link } from 'wouter';

import {
  type Change,
  type Contact,
  isMasked,
  type MaskedContact,
  useContact,
  useHistory,
  useLiveContact,
} from '../../api/contacts.js';
import { Hidden } from '../../parts/hidden.js';
import { Icon } from '../../parts/icon.js';
import { Loaded, NotLoaded, SkeletonLines } from '../../parts/loaded.js';
import { useAddress } from '../../shell/address.js';
import { useKeys } from '../../shell/keys.js';
import { absolute } from '../../words/times.js';
import { occupation } from '../../words/contacts.js';
import { AsOf } from './as-of.js';
import { ContactFields } from './contact-fields.js';
import { CopyMenu } from './copy-menu.js';
import { Provenance } from './provenance.js';
import { Versions } from './versions.js';

/** A contact, as it is or was, and its versions. */
export function ContactView({ id }: { readonly id: string }) {
  const contact = useContact(id);
  const history = useChanges(id);
  const { changes } = history;
  // In a narrow window the versions stand below the contact.
  const isWaiting = contact.isPending || history.isLoading;
  const { search, href, go, aside } = useAddress();
  const last = changes.at(-1);
  const chosen =
    changes.find(({ version }) => String(version) === search.get('v')) ??
    versionAt(changes, search.get('asOf')) ??
    last;
  const isPast = chosen !== undefined && chosen !== last;
  const then = useContact(id, isPast ? chosen.recordedAt : null);
  const shown = isPast ? then : contact;
  const show = (version: number) => {
    go(href({ v: version === last?.version ? null : String(version), asOf: null }), { replace: true });
  };
  const closed = href({ v: null, asOf: null }, '/contacts');
  useLiveContact(id);
  useVersionKeys(changes, chosen, show);
  useKeys({
    Escape: () => {
      go(closed);
    },
  });
  const back = (
    <Link className="back narrow-only" href={closed} state={aside}>
      <Icon name="left" /> Contacts
    </Link>
  );
  return (
    <>
      <section aria-label="Contact" tabIndex={-1}>
        {back}
        <Loaded query={contact} together={[history]} skeleton={<SkeletonLines lines={6} />}>
          {(current) => (
            <>
              <Head contact={shown.data ?? current} />
              {changes.length > 0 && <AsOf changes={changes} chosen={chosen} onChoose={show} />}
              {isPast && (
                <div className="notice run flush" role="status">
                  <Icon name="late" />
                  <p>
                    <b>
                      Version {chosen.version}, of {absolute(new Date(chosen.recordedAt))}.
                    </b>{' '}
                    {isMasked(current) ? '' : 'What differs from now is marked.'}
                  </p>
                  <div className="actions">
                    <button
                      className="btn sm"
                      type="button"
                      onClick={() => {
                        if (last !== undefined) show(last.version);
                      }}
                    >
                      Back to now
                    </button>
                  </div>
                </div>
              )}
              <Loaded query={shown}>
                {(one) => (
                  <>
                    {!isMasked(one) && !isMasked(current) && <ContactFields contact={one} now={current} />}
                    <Provenance contact={one} now={current} changes={changes} />
                  </>
                )}
              </Loaded>
            </>
          )}
        </Loaded>
      </section>
      <section aria-labelledby="versions" className={isWaiting ? 'unseen' : undefined}>
        <header className="pad row">
          <h2 id="versions">Versions</h2>
          {changes.length > 0 && (
            <span className="muted small">
              {history.isWhole ? changes.length : `${changes.length} of more`}, oldest last
            </span>
          )}
          <span className="grow" />
          <span className="small muted wide-only">
            <kbd>[</kbd> <kbd>]</kbd> older, newer
          </span>
        </header>
        {history.error !== null && changes.length === 0 && (
          <NotLoaded error={history.error} again={history.again} />
        )}
        <Versions
          changes={changes}
          chosen={chosen}
          hrefOf={(version) => href({ v: String(version), asOf: null })}
        />
        {history.isHeavy && (
          <p className="pad">
            <button className="btn sm" type="button" aria-busy={history.isLoadingMore} onClick={history.more}>
              {history.isLoadingMore ? 'Loading' : 'Older versions'}
            </button>
          </p>
        )}
      </section>
    </>
  );
}

function Head({ contact }: { readonly contact: Contact | MaskedContact }) {
  const isHidden = isMasked(contact);
  const name = isHidden ? contact.id.slice(0, 8) : contact.displayName;
  return (
    <div className="pad head">
      <div>
        <h1 className={isHidden ? 'mono' : undefined}>
          <span dir="auto" className="long-name">
            {name === '' ? 'No name' : name}
          </span>
          {contact.deleted && (
            <span className="state pill off">
              <Icon name="minus" />
              Deleted
            </span>
          )}
        </h1>
        <p dir="auto">{isHidden ? <Hidden /> : occupation(contact)}</p>
      </div>
      <div className="actions">
        <CopyMenu contact={contact} />
      </div>
    </div>
  );
}

/** Where a page holds fewer changes than this although there are more, each of them is large. */
const MANY = 50;
/** So many versions are drawn. */
const MOST_VERSIONS = 500;

interface Changes {
  /** Oldest first. */
  readonly changes: readonly Change[];
  readonly isWhole: boolean;
  /** The rest is large, and comes when it is asked for. */
  readonly isHeavy: boolean;
  readonly isLoading: boolean;
  readonly isLoadingMore: boolean;
  readonly error: Error | null;
  readonly more: () => void;
  readonly again: () => void;
}

/** All changes of a contact; of one whose changes are megabytes each, those that were asked for. */
function useChanges(id: string): Changes {
  const { data, isLoading, hasNextPage, isFetchingNextPage, fetchNextPage, error, refetch } = useHistory(id);
  const changes = useMemo(() => data?.pages.flatMap(({ items }) => items).toReversed() ?? [], [data]);
  const isLight = changes.length >= MANY && changes.length < MOST_VERSIONS;
  useEffect(() => {
    if (hasNextPage && isLight && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isLight, isFetchingNextPage, fetchNextPage]);
  return {
    changes,
    isWhole: !hasNextPage,
    isHeavy: hasNextPage && !isLight,
    isLoading,
    isLoadingMore: isFetchingNextPage,
    error,
    more: () => void fetchNextPage(),
    again: () => void refetch(),
  };
}

/** What a contact was at a time, as an address says it. */
function versionAt(changes: readonly Change[], asOf: string | null): Change | undefined {
  const time = Date.parse(asOf ?? '');
  if (Number.isNaN(time)) return undefined;
  return changes.findLast(({ recordedAt }) => Date.parse(recordedAt) <= time) ?? changes[0];
}

function useVersionKeys(
  changes: readonly Change[],
  chosen: Change | undefined,
  show: (version: number) => void,
): void {
  const at = chosen === undefined ? -1 : changes.indexOf(chosen);
  const older = changes[at - 1]?.version;
  const newer = changes[at + 1]?.version;
  useKeys({
    '[': () => {
      if (older !== undefined) show(older);
    },
    ']': () => {
      if (newer !== undefined) show(newer);
    },
  });
}
