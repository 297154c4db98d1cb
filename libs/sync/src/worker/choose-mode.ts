import { type Run } from '../runs/run.entity.js';
import { type SyncList } from '../runs/sync-list.entity.js';

/** Decides how a queued run asks, from what the list's sync token is good for. @param run is moved on */
export function chooseMode(run: Run, list: SyncList, requestFingerprint: string): void {
  run.mode = 'full';
  if (run.requestedMode === 'full') return;
  if (list.syncToken == null) run.fallbackReason = 'no-sync-token';
  else if (list.syncTokenRequest !== requestFingerprint) run.fallbackReason = 'request-changed';
  else run.mode = 'incremental';
}
