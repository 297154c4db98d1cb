import { describeUnless } from './kafka.js';
import { hasChromium } from './start-chromium.js';

export { startChromium } from './start-chromium.js';

/** `describe` for suites in a real browser; with CI=true it must be there. */
export const describeChromium = ((): ReturnType<typeof describeUnless> => {
  if (!hasChromium && process.env.CI === 'true') {
    throw new Error(
      'CI=true, but chromium is missing, and its suites would not be run. apt-get install chromium',
    );
  }
  return describeUnless(hasChromium ? null : 'chromium is not installed');
})();
