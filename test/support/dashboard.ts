import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

import { type TestService } from './service.js';

/** Who may do what, as `API_TOKENS` says it; each token is called by its name. */
export const TOKENS = {
  ops: 'ops-may-do-everything-0123456789',
  'night-shift': 'night-shift-operates-0123456789',
} as const;

export const API_TOKENS = `ops:operate+read+admin:${TOKENS.ops},night-shift:operate:${TOKENS['night-shift']}`;

/** For calls beside the page. */
export const AS_OPS = { authorization: `Bearer ${TOKENS.ops}` };

export interface OpenedPage {
  readonly page: Page;
  /** What the browser complained of: errors of scripts, and what the page's policy refused. */
  readonly complaints: readonly string[];
}

/** Opens the page in a browser of its own, signed in. */
export async function openDashboard(
  browser: Browser,
  { url }: Pick<TestService, 'url'>,
  path: string,
  options: BrowserContextOptions & { readonly as?: keyof typeof TOKENS } = {},
): Promise<OpenedPage> {
  const { as = 'ops', ...context } = options;
  const opened = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...context });
  const page = await opened.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`.trim());
  });
  await page.request.post(`${url}/api/session`, { data: { token: TOKENS[as] } });
  await page.goto(`${url}${path}`);
  return { page, complaints };
}

/** The same page in another tab of the same browser. */
export async function openTab({ page }: OpenedPage, url: string): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.goto(url);
  return tab;
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What an automatic check finds against WCAG 2.2 AA: the rule, and where. */
async function violationsOn(page: Page): Promise<string[]> {
  // Not as a script of the page, whose policy allows none.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>(
    `axe.run({ runOnly: { type: 'tag', values: ${JSON.stringify(RULES)} } })`,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(', ')}`);
}

/** Light, dark and narrow, one after the other. */
export async function violationsInEachLook(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [look, colorScheme, width] of [
    ['light', 'light', 1440],
    ['dark', 'dark', 1440],
    ['narrow', 'light', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    found.push(...(await violationsOn(page)).map((violation) => `${look}: ${violation}`));
  }
  return found;
}
