import { GoogleError } from './google-error.js';

const MESSAGE = 'Sync token is expired. Clear local cache and retry call without the sync token.';

/**
 * An expired sync token, in the two shapes there are: HTTP 400 with ErrorInfo EXPIRED_SYNC_TOKEN, as
 * documented and observed, and HTTP 410 in the older error shape without ErrorInfo, as older documents say.
 */
export function expiredSyncToken(status: number): GoogleError {
  if (status === 410) return new GoneSyncToken(410, 'GONE', MESSAGE);
  const info = { reason: 'EXPIRED_SYNC_TOKEN', domain: 'people.googleapis.com' };
  return new GoogleError(400, 'FAILED_PRECONDITION', MESSAGE, info);
}

class GoneSyncToken extends GoogleError {
  override body(): string {
    const { code, message } = this;
    const location = { locationType: 'parameter', location: 'syncToken' };
    const errors = [{ message, domain: 'global', reason: 'fullSyncRequired', ...location }];
    return JSON.stringify({ error: { errors, code, message } }, null, 2);
  }
}
