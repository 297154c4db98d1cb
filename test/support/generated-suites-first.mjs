import Sequencer from '@jest/test-sequencer';

/** Suites that play generated cases in parts, one for each of Jest's processes. */
const GENERATED = /\/engine\/(histories|page-sequences)-\d\.int\.spec\.ts$/;

/**
 * Their parts begin together, so that all processors are theirs and no other suite's; the others follow in Jest's own
 * order.
 */
export default class GeneratedSuitesFirst extends Sequencer {
  sort(tests) {
    const inOrder = super.sort(tests);
    const generated = inOrder.filter(({ path }) => GENERATED.test(path));
    generated.sort((a, b) => (a.path < b.path ? -1 : 1));
    return [...generated, ...inOrder.filter((test) => !generated.includes(test))];
  }
}
