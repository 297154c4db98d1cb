import { type Got, type Item, type Streamed } from './schema.js';

export type Overview = Got<'/api/overview'>;
export type Account = Item<'/api/accounts'>;
export type About = Got<'/api/about'>;
export type TimelineItem = Item<'/api/accounts/{id}/timeline'>;
export type RunDetail = Got<'/api/sync/runs/{id}'>;
export type CloudEvent = Item<'/api/events'>;
export type HeldDeletion = Item<'/api/sync/runs/{id}/held-deletions'>;
export type HeldSummary = Got<'/api/sync/runs/{id}/held-deletions/summary'>;
export type Lag = Got<'/api/sync/status'>['projectionLag'];

export type Timings = Got<'/api/sync/runs/{id}/timings'>;
/** How far a run is: a message of its stream. */
export type Progress = Extract<Streamed<'/api/sync/runs/{id}/progress'>, { event: 'progress' }>['data'];
