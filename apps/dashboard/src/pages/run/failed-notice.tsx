import { type RunDetail } from '../../api/answers.js';
import { useAccount } from '../../api/ask.js';
import { Icon } from '../../parts/icon.js';
import { Time } from '../../parts/time.js';
import { count, counted } from '../../words/numbers.js';
import { failureWords } from '../../words/outcomes.js';

/** What happened, what is safe, what to do; the code and Google's words come last. */
export function FailedNotice({ run }: { readonly run: RunDetail }) {
  const { accountId, error, statistics } = run;
  const { data: account } = useAccount(accountId);
  const isNewest = account?.lastRun?.id === run.id;
  return (
    <section className="notice bad" aria-labelledby="why">
      <Icon name="fail" />
      <div>
        <h2 id="why">{failureWords(error?.code)}</h2>
        <p>
          <b>Nothing is lost.</b>{' '}
          {statistics.pages > 0
            ? `${counted(statistics.pages, 'page')} ${statistics.pages === 1 ? 'is' : 'are'} stored, the old sync token is kept, and nobody was deleted for being missing.`
            : 'Nothing was read yet, so nothing changed, and the old sync token is kept.'}{' '}
          {isNewest &&
            account.health === 'failing' &&
            !account.needsPerson &&
            account.nextSyncAt !== null && (
              <>
                The next sync, <Time at={account.nextSyncAt} />, tries again by itself.
              </>
            )}
          {account !== undefined && !isNewest && account.health === 'fresh' && 'A later sync went well.'}
        </p>
        {isNewest && account.failures > 1 && (
          <p className="muted">
            This is failure {count(account.failures)} in a row
            {account.lastSucceededAt !== null && (
              <>
                ; the last good sync was <Time at={account.lastSucceededAt} />
              </>
            )}
            .
          </p>
        )}
        {error !== null && (
          <p className="small">
            <code>{error.code}</code> · {error.detail}
          </p>
        )}
      </div>
    </section>
  );
}
