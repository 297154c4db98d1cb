import { existsSync } from 'node:fs';

import { type Browser, chromium } from 'playwright-core';

import { describeUnless } from './kafka.js';

/** Debian's; the package of the client brings none. */
const EXECUTABLE = '/usr/bin/chromium';

/** `describe` for suites in a real browser; with CI=true it must be there. */
export const describeChromium = ((): ReturnType<typeof describeUnless> => {
  const isThere = existsSync(EXECUTABLE);
  if (!isThere && process.env.CI === 'true') {
    throw new Error(
      'CI=true, but chromium is missing, and its suites would not be run. apt-get install chromium',
    );
  }
  return describeUnless(isThere ? null : 'chromium is not installed');
})();

/** It asks nobody on the network for anything but what a test opens. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      // Chromium has no sandbox for root.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
