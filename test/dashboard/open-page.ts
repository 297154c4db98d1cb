import { type Browser, type Page } from 'playwright-core';

/** A page in a browser of its own, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts, and what the page's policy refused. */
  readonly faults: readonly string[];
  readonly close: () => Promise<void>;
}

export async function openPage(
  browser: Browser,
  url: string,
  options: { dark?: boolean; narrow?: boolean } = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: options.narrow === true ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    colorScheme: options.dark === true ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/content security policy|trusted type/i.test(message.text())) faults.push(message.text());
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}
