import { afterAll, beforeAll, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { type Look, lookName, openForPictures, signIn, take } from './camera.js';
import { accept, difference } from './comparison.js';
import { goThroughFirstRun, type NewInstance, startNewInstance } from './first-run.js';
import { NOW, TOKENS } from './places.js';
import { SCENES } from './scenes.js';
import { type SeededInstance, startSeededInstance } from './seeded-instance.js';

/** Set by `npm run pictures -- --accept`. */
const isAccepting = process.env.PICTURES === 'accept';

/** Each page and state looks as it did when somebody last looked at it. @param looks that are looked at */
export function describePictures(looks: readonly Look[]): void {
  describeChromium('As it was accepted looks', () => {
    let browser: Browser;
    let seeded: SeededInstance;
    let unused: NewInstance;
    beforeAll(async () => {
      // Letters stand where the font has them, and not where the pixels of a machine are.
      browser = await startChromium(['--font-render-hinting=none']);
      seeded = await startSeededInstance();
      unused = await startNewInstance();
    }, 240_000);
    afterAll(async () => {
      await browser.close();
      await unused.stop();
      await seeded.stop();
    });

    /** @returns what differs */
    const look = async (name: string, page: Page, isWide = false): Promise<string[]> => {
      const differences: (string | null)[] = [];
      for (const each of looks.filter(({ width }) => width !== 2560 || isWide)) {
        const called = `${name}-${lookName(each)}`;
        const picture = await take(page, each);
        if (isAccepting) await accept(called, picture);
        else differences.push(await difference(called, picture));
      }
      return differences.filter((each) => each !== null);
    };
    const expectNone = (name: string, differences: readonly string[]): void => {
      if (differences.length === 0) return;
      throw new Error(
        `${differences.join('\n')}\nIf it is as it should be: npm run pictures -- --accept ${name}`,
      );
    };

    it.each(SCENES.map((scene) => [scene.name, scene] as const))(
      '%s',
      async (name, { path, shows, prepare, as = 'ops', isWide }) => {
        const page = await openForPictures(browser, NOW);
        if (as !== null) await signIn(page, seeded.url, TOKENS[as]);
        await page.goto(`${seeded.url}${path(seeded.places)}`);
        await page.getByText(shows).first().waitFor();
        await prepare?.(page, seeded.url);
        const differences = await look(name, page, isWide);
        await page.context().close();
        expectNone(name, differences);
      },
    );

    it('first-run', async () => {
      const page = await openForPictures(browser, NOW);
      const differences: string[] = [];
      await goThroughFirstRun(unused, page, async (name) => {
        differences.push(...(await look(name, page)));
      });
      await page.context().close();
      expectNone('first-run', differences);
    });
  });
}
