import { existsSync } from 'node:fs';

import { type Browser, chromium } from 'playwright-core';

/** Debian's; the package of the client brings none. */
const EXECUTABLE = '/usr/bin/chromium';

export const hasChromium = existsSync(EXECUTABLE);

/** It asks nobody on the network for anything but what a test opens. @param switches beside those that it needs */
export function startChromium(switches: readonly string[] = []): Promise<Browser> {
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
      ...switches,
    ],
  });
}
