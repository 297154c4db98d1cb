import { type ReactNode } from 'react';

import { type Progress, type RunDetail, type Timings } from '../../api/answers.js';
import { useTimings } from '../../api/ask.js';
import { now, useAtNow } from '../../live/clock.js';
import { Loaded, SkeletonLines } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { count, counted } from '../../words/numbers.js';
import { isOver } from '../../words/outcomes.js';
import { took } from '../../words/times.js';

interface LanesPanelProps {
  readonly run: RunDetail;
  readonly progress: Progress | null;
}

/** Where the time went: a line is a duration, a dot a fact; left out where the service did not measure it. */
export function LanesPanel({ run, progress }: LanesPanelProps) {
  const timings = useTimings(run.id);
  // While it goes on, the lanes grow with the time.
  useAtNow((at) => (isOver(run) ? 0 : Math.floor(at / 1_000)));
  if (run.startedAt === null || timings.data === null || timings.data?.startedAt === null) return null;
  const about = isOver(run)
    ? timings.data && pagesIn(run, timings.data)
    : 'Cancelling keeps what is stored; the next sync reads the list again';
  return (
    <Panel title={isOver(run) ? 'How it went' : 'How it goes'} about={about}>
      <Loaded query={timings} skeleton={<SkeletonLines lines={4} />}>
        {(known) =>
          known?.startedAt != null && (
            <Lanes run={run} timings={known} startedAt={known.startedAt} progress={progress} />
          )
        }
      </Loaded>
    </Panel>
  );
}

/** What is known of a run's requests: stored with its pages. What else it asked for, and in vain, is counted nowhere. */
function pagesIn(run: RunDetail, { pages }: Timings): string {
  const { pages: stored } = run.statistics;
  const tries = pages.reduce((sum, page) => sum + page.tries.length, 0);
  const unanswered = unansweredPage(run);
  return [
    counted(stored, 'page'),
    ...(pages.length > 0 && pages.length < stored ? [`the first ${count(pages.length)} timed`] : []),
    ...(tries > 0 ? [counted(tries, 'try again', 'tries again')] : []),
    ...(unanswered === null ? [] : [`no usable answer for page ${count(unanswered)}`]),
  ].join(', ');
}

/** Of the failures those in which Google gave no answer that is of use. */
const UNANSWERED: ReadonlySet<string | undefined> = new Set([
  'google-unavailable',
  'google-rate-limited',
  'google-client-refused',
  'not-authenticated',
]);

/** The page that a run failed for; null: it did not fail, or for something else. */
function unansweredPage({ state, error, statistics }: RunDetail): number | null {
  return state === 'failed' && UNANSWERED.has(error?.code) ? statistics.pages + 1 : null;
}

type Tone = 'ok' | 'warn' | 'bad' | 'wait' | 'next';

interface Mark {
  readonly from?: number;
  readonly to: number;
  readonly tone?: Tone | undefined;
  readonly title: string;
  /** A wait has a dashed line, and no dots. */
  readonly label?: string;
}

interface LanesProps {
  readonly run: RunDetail;
  readonly timings: Timings;
  readonly startedAt: string;
  readonly progress: Progress | null;
}

/** Of a long list only so many pages have marks of their own. */
const MOST_PAGES = 120;

function Lanes({ run, timings, startedAt, progress }: LanesProps) {
  const { pages, token, compare } = timings;
  // What was deleted once somebody approved it arrived hours later, maybe: that is no part of how the run went.
  const isApproved = run.heldDeletions !== undefined && run.statistics.not_listed > 0;
  const reached: Timings['reached'] = isApproved ? { readModel: null } : timings.reached;
  const begin = Date.parse(startedAt);
  const shown = pages.slice(-MOST_PAGES);
  const ends = [
    run.finishedAt,
    reached.kafka?.at,
    reached.readModel?.at,
    compare?.finishedAt,
    ...shown.map(({ storedAt }) => storedAt),
  ];
  const latest = Math.max(begin + 100, ...ends.map((at) => (at == null ? 0 : Date.parse(at))));
  const end = isOver(run) ? latest : Math.max(latest, now());
  const at = (time: string) => ((Date.parse(time) - begin) / (end - begin)) * 100;
  const asked = shown.flatMap((page, index): Mark[] => {
    const failed = page.tries.flatMap((each, number): Mark[] => {
      const before = number === 0 ? page.askedAt : afterWait(page.tries[number - 1]);
      const until = new Date(Date.parse(each.at) + each.waitMs).toISOString();
      return [
        {
          from: at(before),
          to: at(each.at),
          tone: 'bad',
          title: `Page ${page.number}: Google answered ${each.code}`,
        },
        {
          from: at(each.at),
          to: at(until),
          tone: 'wait',
          title: `Waited ${took(each.waitMs)}`,
          ...(each.waitMs / (end - begin) > 0.1 && { label: `waited ${took(each.waitMs)}` }),
        },
      ];
    });
    const last = page.tries.at(-1);
    return [
      ...failed,
      {
        from: at(last === undefined ? page.askedAt : afterWait(last)),
        to: at(page.answeredAt),
        tone: isOver(run) && index === shown.length - 1 && run.state !== 'failed' ? 'ok' : undefined,
        title: `Page ${page.number}: ${counted(page.persons, 'person', 'persons')}`,
      },
    ];
  });
  const lastStored = shown.at(-1)?.storedAt ?? startedAt;
  const unanswered = unansweredPage(run);
  const inVain: Mark[] =
    unanswered !== null && run.finishedAt !== null
      ? [
          {
            from: at(lastStored),
            to: at(run.finishedAt),
            tone: 'bad',
            title: `Page ${unanswered}: asked for in vain`,
          },
        ]
      : [];
  const stored = shown.map((page, index): Mark => ({
    from: at(page.answeredAt),
    to: at(page.storedAt),
    tone: isOver(run) && index === shown.length - 1 ? 'ok' : undefined,
    title: `Page ${page.number} stored: ${counted(page.events, 'event')}`,
  }));
  const events = pages.reduce((sum, page) => sum + page.events, 0);
  const quarantined = pages.reduce((sum, page) => sum + page.quarantined, 0);
  const persons = pages.reduce((sum, page) => sum + page.persons, 0);
  return (
    <div className="lanes">
      {token !== null && (
        <Lane
          name="Access token"
          marks={[{ from: at(token.askedAt), to: at(token.answeredAt), title: 'New access token' }]}
          outcome={`new, ${took(Date.parse(token.answeredAt) - Date.parse(token.askedAt))}`}
        />
      )}
      <Lane
        name="Ask Google"
        marks={[...asked, ...inVain]}
        outcome={
          run.state === 'failed' ? (
            <span className="bad">
              {unanswered !== null && `page ${count(unanswered)}: `}
              {run.error?.code}
            </span>
          ) : isOver(run) ? (
            `${counted(pages.length, 'page')}, ${counted(persons, 'person', 'persons')}`
          ) : (
            `page ${count(progress?.page ?? pages.length)}`
          )
        }
      />
      <Lane
        name="Store pages"
        marks={stored}
        outcome={`${counted(events, 'event')}${isOver(run) ? '' : ' so far'}${quarantined > 0 ? `, ${count(quarantined)} quarantined` : ''}`}
      />
      {compare !== null ? (
        <Lane
          name="Compare"
          marks={[
            {
              from: at(compare.startedAt),
              to: at(compare.finishedAt),
              tone: run.state === 'held' ? 'warn' : undefined,
              title: `Asked about ${count(compare.asked)}, ${count(compare.gone)} are gone`,
            },
          ]}
          outcome={
            run.state === 'held' ? (
              <span className="warn">{count(run.heldDeletions ?? 0)} held by the guard</span>
            ) : (
              `${count(compare.gone)} gone of ${count(compare.asked)} missing`
            )
          }
        />
      ) : (
        run.mode === 'full' &&
        !isOver(run) && <Lane name="Compare" marks={[]} outcome="after the last page" />
      )}
      {reached.kafka != null && (
        <Lane
          name="To Kafka"
          marks={[{ to: at(reached.kafka.at), tone: 'ok', title: 'All published' }]}
          outcome="all of its events"
        />
      )}
      {reached.readModel !== null && (
        <Lane
          name="Read model"
          marks={[{ to: at(reached.readModel.at), tone: 'ok', title: 'Caught up' }]}
          outcome={`caught up at ${count(reached.readModel.position)}`}
        />
      )}
      <Ticks milliseconds={end - begin} />
    </div>
  );
}

function afterWait(tried: Timings['pages'][number]['tries'][number] | undefined): string {
  return tried === undefined
    ? new Date(0).toISOString()
    : new Date(Date.parse(tried.at) + tried.waitMs).toISOString();
}

function Lane({
  name,
  marks,
  outcome,
}: {
  readonly name: string;
  readonly marks: readonly Mark[];
  readonly outcome: ReactNode;
}) {
  return (
    <div className="lane">
      <span>{name}</span>
      <svg
        role="img"
        aria-label={
          marks.length === 0
            ? `${name}: not yet`
            : marks
                .map(({ title }) => title)
                .slice(0, 20)
                .join('; ')
        }
      >
        {marks.map(({ from, to, tone, title, label }, index) => (
          <g key={index} className={tone === undefined ? undefined : `s-${tone}`}>
            <title>{title}</title>
            {from !== undefined && <line x1={percent(from)} x2={percent(to)} y1="12" y2="12" />}
            {from !== undefined && tone !== 'wait' && <circle cx={percent(from)} cy="12" r="2.5" />}
            {tone !== 'wait' && <circle cx={percent(to)} cy="12" r="4.5" />}
            {label !== undefined && (
              <text x={percent(((from ?? to) + to) / 2)} y="5">
                {label}
              </text>
            )}
          </g>
        ))}
      </svg>
      <span>{outcome}</span>
    </div>
  );
}

const STEPS_MS = [
  100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000,
];

function Ticks({ milliseconds }: { readonly milliseconds: number }) {
  const step = STEPS_MS.find((each) => milliseconds / each <= 10) ?? milliseconds / 5;
  const ticks = Array.from({ length: Math.floor(milliseconds / step) + 1 }, (_, index) => index * step);
  return (
    <div className="lane ticks" aria-hidden="true">
      <span />
      <svg>
        {ticks.map((tick, index) => {
          const x = (tick / milliseconds) * 100;
          return (
            <text key={tick} x={percent(x)} y="14" className={index === 0 ? 'a0' : x > 97 ? 'a1' : undefined}>
              {index === 0 ? '0 s' : tickWord(tick)}
            </text>
          );
        })}
      </svg>
      <span />
    </div>
  );
}

function tickWord(milliseconds: number): string {
  return milliseconds < 60_000 ? String(milliseconds / 1_000) : `${milliseconds / 60_000} min`;
}

function percent(value: number): string {
  return `${Math.round(Math.min(100, Math.max(0, value)) * 100) / 100}%`;
}
