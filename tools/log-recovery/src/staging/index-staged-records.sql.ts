/** Made once all records are staged, for the comparisons with the log, which go by stream and version. */
export const INDEX_STAGED_RECORDS = 'create index on staged_records (stream_id, version)';

/** A temporary table is analysed by nobody else, and the planner would take it for a small one. */
export const ANALYZE_STAGED_RECORDS = 'analyze staged_records';
