import { Fragment } from 'react';

import { type TimelineItem } from '../../api/answers.js';
import { useTimeline } from '../../api/ask.js';
import { now } from '../../live/clock.js';
import { Loaded, SkeletonLines } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { useAddress } from '../../shell/address.js';
import { dayHeading } from '../../words/times.js';
import { TimelineEntry } from './timeline-entry.js';

const FILTERS: readonly {
  readonly name: string;
  readonly show: string;
  readonly fits: (item: TimelineItem) => boolean;
}[] = [
  { name: 'All', show: '', fits: () => true },
  { name: 'With changes', show: 'changes', fits: (item) => item.kind === 'run' && changesIn(item.run) > 0 },
  { name: 'Runs', show: 'runs', fits: ({ kind }) => kind === 'run' || kind === 'runs' },
  { name: 'By people', show: 'people', fits: ({ actor }) => actor !== null },
];

/** What happened, and who did it, newest first. */
export function TimelinePanel({ id, title }: { readonly id: string; readonly title: string }) {
  const { search, href, go } = useAddress();
  const cursor = search.get('before') ?? undefined;
  const show = search.get('show') ?? '';
  const timeline = useTimeline(id, cursor);
  const change = (name: string, value: string) => {
    go(href({ [name]: value === '' ? null : value }));
  };
  const fits = FILTERS.find((filter) => filter.show === show)?.fits ?? (() => true);
  return (
    <Panel
      title={title}
      actions={
        <div className="row">
          {FILTERS.map((filter) => (
            <button
              key={filter.show}
              type="button"
              className="chip"
              aria-pressed={filter.show === show}
              onClick={() => {
                change('show', filter.show);
              }}
            >
              {filter.name}
            </button>
          ))}
        </div>
      }
    >
      <Loaded query={timeline} skeleton={<SkeletonLines lines={5} />}>
        {(page) => {
          const items = page.items.filter(fits);
          return (
            <>
              {items.length === 0 ? (
                <p className="pad muted">Nothing here.</p>
              ) : (
                <ol className="tl">
                  {items.map((item, at) => (
                    <Fragment key={item.id + item.kind}>
                      {dayOf(item) !== dayOf(items[at - 1]) && (
                        <li className="day">
                          <h3>{dayHeading(new Date(item.at), now())}</h3>
                        </li>
                      )}
                      <TimelineEntry
                        item={item}
                        isFirst={at === 0}
                        isLast={at === items.length - 1}
                        // Of the newest runs alone: what they changed is asked for one by one.
                        isDetailed={at < 8}
                      />
                    </Fragment>
                  ))}
                </ol>
              )}
              {(page.nextCursor !== null || cursor !== undefined) && (
                <footer>
                  {cursor !== undefined && (
                    <button
                      className="as-link"
                      type="button"
                      onClick={() => {
                        change('before', '');
                      }}
                    >
                      Newest
                    </button>
                  )}
                  {page.nextCursor !== null && (
                    <button
                      className="as-link"
                      type="button"
                      onClick={() => {
                        change('before', page.nextCursor ?? '');
                      }}
                    >
                      Older
                    </button>
                  )}
                </footer>
              )}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function dayOf(item: TimelineItem | undefined): string | undefined {
  return item === undefined ? undefined : new Date(item.at).toDateString();
}

function changesIn({
  statistics: { created, updated, deleted },
}: Extract<TimelineItem, { kind: 'run' }>['run']): number {
  return created + updated + deleted;
}
