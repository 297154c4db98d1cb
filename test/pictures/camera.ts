import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import { type Browser, type Page, type Request } from 'playwright-core';

/** How a page is looked at. */
export interface Look {
  readonly width: 390 | 1440 | 2560;
  readonly scheme: 'light' | 'dark';
}

export function lookName({ width, scheme }: Look): string {
  return `${width}-${scheme}`;
}

/** As high as what there is to see, within these. */
const HEIGHTS = {
  390: { least: 844, most: 1_400 },
  1440: { least: 900, most: 1_200 },
  2560: { least: 1_180, most: 1_300 },
};

/** A browser for pictures: its clock stands still, nothing moves, and its fonts are the same on every machine. */
export async function openForPictures(browser: Browser, now: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: HEIGHTS[1440].least },
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  watchRequests(page);
  await page.clock.setFixedTime(now);
  await page.addInitScript({ path: path.join(import.meta.dirname, 'in-page.cjs') });
  return page;
}

/** With a cookie that does not expire: as the service's clock has it, it may have, before the browser gets it. */
export async function signIn(page: Page, url: string, token: string): Promise<void> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const [, name = '', value = ''] = /^([^=]+)=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '') ?? [];
  await page.context().addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }]);
}

/** A picture of the page as it comes to rest. @returns a PNG */
export async function take(page: Page, { width, scheme }: Look): Promise<Buffer> {
  const { least, most } = HEIGHTS[width];
  await page.emulateMedia({ colorScheme: scheme });
  await page.setViewportSize({ width, height: least });
  await useOwnFonts(page);
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width, height: Math.min(most, Math.max(least, height)) });
  return atRest(page);
}

/** Nothing is asked for any more, and two looks show the same. */
async function atRest(page: Page): Promise<Buffer> {
  let before: Buffer | undefined;
  for (let looks = 0; looks < 50; looks += 1) {
    await nameIdsInOrder(page);
    const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    if (before?.equals(picture) === true && asked.get(page)?.size === 0) return picture;
    before = picture;
  }
  throw new Error(`${page.url()} does not come to rest: something in it moves, or is not answered`);
}

/** What each page asks and has no answer to yet, but for streams, which have no end. */
const asked = new WeakMap<Page, Set<Request>>();

function watchRequests(page: Page): void {
  const open = new Set<Request>();
  asked.set(page, open);
  page.on('request', (request) => {
    if (!/\/(stream|progress)$/.test(new URL(request.url()).pathname)) open.add(request);
  });
  const ended = (request: Request): void => {
    open.delete(request);
  };
  page.on('requestfinished', ended).on('requestfailed', ended);
}

interface OwnFont {
  readonly family: string;
  readonly data: string;
  readonly range: string;
}

let fonts: Promise<OwnFont[]> | undefined;

async function useOwnFonts(page: Page): Promise<void> {
  fonts ??= readFonts();
  await page.evaluate(`pictures.useFonts(${JSON.stringify(await fonts)})`);
}

const FONTS = [
  ['Pictures', '@fontsource-variable/inter', 'inter-latin-wght-normal'],
  ['Pictures', '@fontsource-variable/inter', 'inter-latin-ext-wght-normal'],
  ['Pictures Mono', '@fontsource-variable/jetbrains-mono', 'jetbrains-mono-latin-wght-normal'],
] as const;

async function readFonts(): Promise<OwnFont[]> {
  const find = createRequire(import.meta.url);
  return Promise.all(
    FONTS.map(async ([family, from, name]) => {
      const style = await readFile(find.resolve(`${from}/index.css`), 'utf8');
      const [, range = ''] = new RegExp(`/\\* ${name} \\*/[^}]*unicode-range: ([^;]*);`).exec(style) ?? [];
      const file = await readFile(find.resolve(`${from}/files/${name}.woff2`));
      return { family, data: file.toString('base64'), range };
    }),
  );
}

/** As ids are written; the n-th one that is shown gets the n-th of them. */
const IDS = Array.from({ length: 200 }, (_, at) =>
  createHash('sha256')
    .update(String(at))
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5'),
);

async function nameIdsInOrder(page: Page): Promise<void> {
  await page.evaluate(`pictures.nameIds(${JSON.stringify(IDS)})`);
}
