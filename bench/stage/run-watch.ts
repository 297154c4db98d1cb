import pg from 'pg';

export interface EndedRun {
  /** On our monotonic clock, when its end was heard of. */
  readonly at: number;
  readonly state: string;
  readonly lastPosition: string | null;
  readonly statistics: Readonly<Record<string, number>>;
}

export interface RunWatch {
  /** Resolves once the run is over. */
  end(runId: string): Promise<EndedRun>;
  stop(): Promise<void>;
}

interface RunRow {
  readonly state: string;
  readonly last_position: string | null;
  readonly statistics: Record<string, number>;
}

/** Hears of the ends of runs as the service itself does, by NOTIFY: the moment they are committed. */
export async function watchRuns(databaseUrl: string): Promise<RunWatch> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('listen contactstream_runs');
  const heard = new Map<string, number>();
  let wake: () => void = () => undefined;
  client.on('notification', ({ payload = '' }) => {
    heard.set(payload, performance.now());
    wake();
  });
  return {
    async end(runId) {
      for (;;) {
        const next = new Promise<void>((resolve) => {
          wake = resolve;
        });
        // Before the look: a later notification may be of the end already, an earlier one cannot.
        const at = heard.get(runId);
        const { rows } = await client.query<RunRow>(
          'select state, last_position, statistics from sync_runs where id = $1 /* bench */',
          [runId],
        );
        const [run] = rows;
        if (run === undefined) throw new Error(`There is no run ${runId}`);
        if (run.state !== 'queued' && run.state !== 'running') {
          return {
            at: heard.get(runId) ?? at ?? performance.now(),
            state: run.state,
            lastPosition: run.last_position,
            statistics: run.statistics,
          };
        }
        await next;
      }
    },
    stop: () => client.end(),
  };
}
