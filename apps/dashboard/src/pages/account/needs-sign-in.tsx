import { type Account } from '../../api/answers.js';
import { useMay } from '../../api/session.js';
import { GoogleSignIn } from '../../parts/google-sign-in.js';
import { Icon } from '../../parts/icon.js';
import { Time } from '../../parts/time.js';

const TOKEN_LIVES_MS = 7 * 86_400_000;

export function NeedsSignIn({ account }: { readonly account: Account }) {
  const { email, lastRun, syncTokenObtainedAt } = account;
  const may = useMay();
  const since = lastRun?.finishedAt ?? null;
  const until =
    syncTokenObtainedAt === null
      ? null
      : new Date(Date.parse(syncTokenObtainedAt) + TOKEN_LIVES_MS).toISOString();
  return (
    <section className="notice warn" aria-labelledby="why">
      <Icon name="key" />
      <div>
        <h2 id="why">Google withdrew the sign-in {since !== null && <Time at={since} />}</h2>
        <p>
          The owner removed the app, changed the password, or an administrator blocked it. contactstream asks
          Google nothing more until somebody signs in
          {email !== null && (
            <>
              {' '}
              as <b>{email}</b>
            </>
          )}
          .
        </p>
        <p>
          <b>Nothing is lost.</b>{' '}
          {until === null ? (
            'The next sync reads the whole list.'
          ) : (
            <>
              Signed in before <Time at={until} clock />, the next sync reads only what changed; later it
              reads the whole list.
            </>
          )}
        </p>
        {lastRun?.error != null && (
          <p className="small muted">
            <code>{lastRun.error.code}</code> · {lastRun.error.detail}
          </p>
        )}
      </div>
      {may('admin') && <GoogleSignIn />}
    </section>
  );
}
