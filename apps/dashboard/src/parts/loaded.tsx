import { type UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';

import { asProblem } from '../api/problem.js';
import { useAtNow } from '../live/clock.js';
import { timeOfDay } from '../words/times.js';
import { Icon } from './icon.js';

interface LoadedProps<Data> {
  readonly query: UseQueryResult<Data>;
  /** What else is waited for, so that nothing that is seen moves when it comes. */
  readonly together?: readonly Pick<UseQueryResult, 'isLoading'>[];
  /** In the shape of what comes. */
  readonly skeleton?: ReactNode;
  readonly children: (data: Data) => ReactNode;
}

/**
 * What was asked for; until it is there its place, after a moment a skeleton in it; and what went wrong, with a way to try
 * again.
 */
export function Loaded<Data>({
  query,
  together = [],
  skeleton = <SkeletonLines />,
  children,
}: LoadedProps<Data>) {
  const isWaiting = query.isPending || together.some(({ isLoading }) => isLoading);
  const isLate = useLate(isWaiting);
  if (query.data !== undefined && !isWaiting) return <>{children(query.data)}</>;
  if (query.isError) return <NotLoaded error={query.error} again={() => void query.refetch()} />;
  return (
    <div aria-busy="true" className={isLate ? undefined : 'unseen'}>
      <span className="vh">Loading</span>
      {skeleton}
    </div>
  );
}

/** What comes quickly shows no skeleton first. */
const PATIENCE_MS = 300;

function useLate(isWaiting: boolean): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => {
      setLate(true);
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [isWaiting]);
  return isLate;
}

export function SkeletonLines({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div className="pad stack">
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="stack">
          <span className="skel" />
          <span className="skel short" />
        </div>
      ))}
    </div>
  );
}

export function SkeletonRows({ rows = 6 }: { readonly rows?: number }) {
  return (
    <table className="table" aria-hidden="true">
      <tbody>
        {Array.from({ length: rows }, (_, row) => (
          <tr key={row}>
            <td>
              <span className="skel" />
            </td>
            <td>
              <span className="skel short" />
            </td>
            <td>
              <span className="skel short end" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface NotLoadedProps {
  readonly error: unknown;
  readonly again?: () => void;
}

/** In place of what could not be loaded; the rest of the page is not concerned. */
export function NotLoaded({ error, again }: NotLoadedProps) {
  const problem = asProblem(error);
  const [failedAt] = useState(() => new Date());
  const since = useAtNow(() => timeOfDay(failedAt));
  return (
    <div className="nothing">
      <Icon name="warn" />
      <h3>{problem.status === 404 ? 'Not there' : 'Could not be loaded'}</h3>
      <p>{problem.detail}</p>
      {again !== undefined && problem.status !== 404 && (
        <div className="actions">
          <button className="btn sm" type="button" onClick={again}>
            Try again
          </button>
        </div>
      )}
      <p className="small">
        <code>{problem.code}</code> at {since}
        {problem.requestId !== null && (
          <>
            {' '}
            · <code>{problem.requestId}</code>
          </>
        )}
      </p>
    </div>
  );
}
