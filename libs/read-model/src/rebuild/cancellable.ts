import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/**
 * A transaction whose statement the database ends when the signal aborts, however long it would have taken.
 *
 * @throws the signal's reason, and whatever `work` throws
 */
export async function cancellable(
  em: SqlEntityManager,
  signal: AbortSignal,
  work: (tx: SqlEntityManager) => Promise<void>,
): Promise<void> {
  await em.fork().transactional(async (tx) => {
    const [backend] = await boundSql<{ pid: number }>(tx, 'select pg_backend_pid() as pid');
    let cancelling: Promise<unknown> = Promise.resolve();
    const cancel = (): void => {
      // Should it fail, the statement goes on to its end.
      cancelling = boundSql(em.fork(), 'select pg_cancel_backend($1)', [backend?.pid]).catch(() => undefined);
    };
    signal.throwIfAborted();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      await work(tx);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
      await cancelling;
    }
  });
}
