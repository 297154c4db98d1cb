import Sequencer from '@jest/test-sequencer';

/** Suites that play generated cases in parts, one for each of Jest's processes. */
const GENERATED = /\/engine\/(histories|page-sequences)-\d\.int\.spec\.ts$/;
/** Suites that one process works on for long; Jest itself takes the size of their files for their length. */
const LONG = /\/(google-rules\.e2e|sigkill\.e2e|kafka\/projection)\.spec\.ts$/;

/**
 * The parts of generated cases begin together, so that all processors are theirs and no other suite's; then what takes
 * long, so that no process is left with it at the end; the others follow in Jest's own order.
 */
export default class LongSuitesFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => (GENERATED.test(path) ? 0 : LONG.test(path) ? 1 : 2);
    const inOrder = super.sort(tests);
    inOrder.sort((a, b) => rank(a) - rank(b) || (rank(a) === 0 ? (a.path < b.path ? -1 : 1) : 0));
    return inOrder;
  }
}
