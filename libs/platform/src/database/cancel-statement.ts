import { Client, type Pool, type PoolClient } from 'pg';

/** How long asking PostgreSQL to end a statement may take. */
const CANCEL_MS = 2_000;

/** The wire below a client, as far as a cancellation needs it; its types are not published. */
interface Wire {
  on(event: 'connect' | 'sslconnect' | 'error' | 'end', heard: () => void): void;
  connect(portOrSocket: number | string, host?: string): void;
  requestSsl(): void;
  cancel(backend: number, key: number): void;
  readonly stream: { destroy(): void };
}

/**
 * Asks PostgreSQL to end whatever a connection of the pool is at, by the protocol's own request: it needs no place in the
 * pool, no sign-in, and a pooler passes it on. What the pool encrypts is encrypted here.
 *
 * @returns when PostgreSQL has heard, or cannot be asked; it says nothing of what became of it
 */
export function cancelStatement(pool: Pool, client: PoolClient): Promise<void> {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const other = new Client(pool.options);
  const { connection: wire, host, port, ssl } = other as unknown as Client & { connection: Wire };
  return new Promise((resolve) => {
    const timer = setTimeout(done, CANCEL_MS);
    function done(): void {
      clearTimeout(timer);
      wire.stream.destroy();
      resolve();
    }
    const ask = (): void => {
      wire.cancel(processID, secretKey);
    };
    wire.on('connect', () => {
      if (ssl) wire.requestSsl();
      else ask();
    });
    wire.on('sslconnect', ask);
    wire.on('error', done);
    wire.on('end', done);
    if (host.startsWith('/')) wire.connect(`${host}/.s.PGSQL.${port}`);
    else wire.connect(port, host);
  });
}
