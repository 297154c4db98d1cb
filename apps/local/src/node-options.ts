/**
 * How Node.js runs our programs. The Kafka client arms timers in the past, and Node.js warns of each. V8 by itself lets
 * garbage pile up to several times what is in use (docs/adr/0027-a-small-heap.md), and learns what to optimize only of
 * functions that are called often: most of the time few are (bench/NOTES.md, a sync by schedule).
 */
export const NODE_OPTIONS = [
  '--enable-source-maps',
  '--disable-warning=TimeoutNegativeWarning',
  '--max-semi-space-size=32',
  '--heap-growing-percent=100',
  '--no-lazy-feedback-allocation',
];
