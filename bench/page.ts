import { setTimeout as delay } from 'node:timers/promises';

import { type Browser, type CDPSession, type Page } from 'playwright-core';

import { hasChromium, startChromium } from '../test/support/start-chromium.js';
import { type Benchmark, type BenchmarkRun } from './benchmark.js';
import { withCleanup } from './harness/with-cleanup.js';
import { addAccounts } from './stage/many-accounts.js';
import { type BenchService } from './stage/service.js';
import { serviceOn } from './stage/service-on.js';
import { topicPrefix } from './stage/topic-prefix.js';

const ACCOUNTS = 10_000;
const VERSIONS = 400;
const LOADS = 5;

/** The tail of events: so many a minute, in batches. */
const EVENTS_A_MINUTE = 1_000;
const BATCH = 100;
/** Minutes of it for each second of `--seconds`. */
const MINUTES_A_SECOND = 1;

/** The pages, and what of each is there last. */
const PAGES = {
  overview: '[aria-label=Accounts] tbody tr, .plot',
  account: 'ol.tl',
  run: '.lanes',
  contacts: '.list a',
  'contact of 400 versions': 'ol.versions',
  events: '.evs tbody tr',
  trouble: 'main h1',
  settings: 'dl.kv',
} as const;
type PageName = keyof typeof PAGES;

const SUBJECT = {
  search: 'search of contacts: from the last key to the paint of what was found',
  grown: 'memory of the page after the tail of events, by that at its half',
  memory: 'memory of the page after the tail of events',
} as const;

const subjectsOf = (page: PageName) => ({
  paint: `${page}: first paint`,
  shown: `${page}: all of it is there`,
  shift: `${page}: layout shift`,
  interaction: `${page}: longest interaction`,
});

/** What people wait for at the page, in a browser that keeps nothing; the bounds are those of the page's design. */
export const page: Benchmark = {
  name: 'page',
  question: 'How long do people wait for the page, with much of everything and all parts running?',
  subjects: [
    ...(Object.keys(PAGES) as PageName[]).flatMap((name) => Object.values(subjectsOf(name))),
    ...Object.values(SUBJECT),
  ],
  async run(run) {
    if (hasChromium) await measure(run);
    else run.recorder.note('There is no Chromium on this machine, so that nothing was measured.');
  },
};

async function measure(run: BenchmarkRun): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, progress } = run;
    const contacts = Math.max(...settings.sizes);
    const accounts = settings.smoke ? 10 : ACCOUNTS;
    const versions = settings.smoke ? 5 : VERSIONS;
    const [google, database, brokers] = await Promise.all([stage.google(), stage.database(), stage.kafka()]);
    const service = await serviceOn(
      run,
      database,
      later,
      brokers === null ? {} : { kafka: { brokers, topicPrefix: topicPrefix() } },
    );
    const account = await google.createAccount(contacts);
    const small = await google.createAccount(BATCH);
    const [accountId, smallId] = [
      await database.connectAccount(account),
      await database.connectAccount(small),
    ];
    progress(`a first sync of ${contacts} contacts`);
    await service.sync('full', accountId);
    const changed = await google.createPerson(small, 'Very Often Changed');
    await service.sync('full', smallId);
    progress(`a contact of ${versions} versions`);
    for (let version = 2; version <= versions; version += 1) {
      await google.edit(small, changed, { nicknames: [{ value: `Version ${version}` }] });
      await service.sync('incremental', smallId);
    }
    await addAccounts(database, { accounts, contacts: contacts + 2 * accounts }, progress);
    const runId = await idOf(service, `/api/sync/runs?accountId=${accountId}&limit=1`);
    const contactId = await idOf(service, '/api/contacts?limit=1&q=Very+Often+Changed');

    const browser = await startChromium();
    later(() => browser.close());
    const setting = `${accounts} accounts, ${contacts} contacts in the largest, ${brokers === null ? 'without' : 'with'} Kafka`;
    const measured = new Measured(run, browser, service, setting);
    await measured.page('overview', '/', [
      click('[aria-label=Accounts] th button'),
      key('j'),
      key('j'),
      key('/'),
      text('maria'),
    ]);
    await measured.page('account', `/accounts/${accountId}`, [click('[aria-label=More]'), key('Escape')]);
    await measured.page('run', `/runs/${runId}`, [key('Tab'), key('j')]);
    await measured.page('contacts', '/contacts', [key('j'), key('j'), key('Enter')]);
    await measured.page('contact of 400 versions', `/contacts/${contactId}`, [
      focus('input[type=range]'),
      key('ArrowLeft'),
      key('ArrowLeft'),
      key('ArrowLeft'),
    ]);
    await measured.page('events', '/events', [key('Space'), key('j'), key('Space')]);
    await measured.page('trouble', '/trouble', [key('j')]);
    await measured.page('settings', '/settings', [key('?'), key('Escape')]);
    await measured.search(await nameOf(service, accountId));
    await measured.tail(settings.smoke ? 0 : settings.seconds * MINUTES_A_SECOND, async (seed) => {
      await google.change(small, BATCH, seed);
      await service.sync('incremental', smallId);
    });
  });
}

async function idOf(service: BenchService, path: string): Promise<string> {
  const { body } = await service.call('GET', path);
  const [item] = (body as { items: readonly { id: string }[] }).items;
  if (item === undefined) throw new Error(`GET ${path} has no item`);
  return item.id;
}

/** A name that many have. */
async function nameOf(service: BenchService, accountId: string): Promise<string> {
  const { body } = await service.call('GET', `/api/contacts?accountId=${accountId}&limit=100`);
  const { items } = body as { items: readonly { displayName: string }[] };
  const [name = ''] = items
    .map(({ displayName }) => displayName.split(' ')[0] ?? '')
    .filter((word) => word.length > 3);
  if (name === '') throw new Error('No contact has a name to search for');
  return name.toLowerCase();
}

type Act = (page: Page) => Promise<void>;
const click =
  (selector: string): Act =>
  (page) =>
    page.locator(selector).first().click();
const key =
  (name: string): Act =>
  (page) =>
    page.keyboard.press(name);
const text =
  (typed: string): Act =>
  (page) =>
    page.keyboard.type(typed, { delay: 50 });
const focus =
  (selector: string): Act =>
  (page) =>
    page.locator(selector).focus();

/** What the browser itself observes; durations of interactions in steps of 8 ms, none below 16. */
const OBSERVE = `
  globalThis.measured = { shift: 0, interaction: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) measured.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries())
      if (interactionId > 0) measured.interaction = Math.max(measured.interaction, duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });`;

const PAINTED = `new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))`;

class Measured {
  constructor(
    private readonly run: BenchmarkRun,
    private readonly browser: Browser,
    private readonly service: BenchService,
    private readonly setting: string,
  ) {}

  async page(name: PageName, path: string, acts: readonly Act[]): Promise<void> {
    const { recorder, settings, progress } = this.run;
    const { setting } = this;
    const subject = subjectsOf(name);
    progress(`${name}: ${path}`);
    for (let load = 0; load < (settings.smoke ? 1 : LOADS); load += 1) {
      const page = await this.open(path);
      const shown = await this.shown(page, PAGES[name]);
      for (const act of acts) {
        await act(page);
        await page.evaluate(PAINTED);
      }
      const seen = await page.evaluate<{ paint: number; shift: number; interaction: number }>(
        `({ ...measured, paint: performance.getEntriesByName('first-contentful-paint')[0].startTime })`,
      );
      recorder.add(setting, subject.paint, 'ms', seen.paint);
      recorder.add(setting, subject.shown, 'ms', shown);
      recorder.add(setting, subject.shift, 'of the window', seen.shift);
      recorder.add(setting, subject.interaction, 'ms', seen.interaction);
      await page.context().close();
    }
    recorder.figure({ setting, subject: subject.paint }, { atMost: 1_000 });
    recorder.figure({ setting, subject: subject.shift }, { atMost: 0.05 });
    recorder.figure({ setting, subject: subject.interaction }, { atMost: 100 });
  }

  /** One letter of a name after the other, as people type; only the last one's time counts. */
  async search(name: string): Promise<void> {
    const { recorder, settings, progress } = this.run;
    progress(SUBJECT.search);
    for (let turn = 0; turn < (settings.smoke ? 1 : LOADS * 2); turn += 1) {
      const page = await this.open('/contacts');
      await this.shown(page, PAGES.contacts);
      await page.getByRole('searchbox', { name: 'Search contacts' }).focus();
      await page.evaluate(`addEventListener('keydown', () => { measured.key = performance.now(); }, true)`);
      await page.keyboard.type(name, { delay: 80 });
      const found = page
        .locator('[aria-busy=false]')
        .filter({ has: page.locator('.lh', { hasText: /in \d+ ms/ }) });
      await found.locator('.list mark').first().getByText(name).waitFor();
      recorder.add(
        this.setting,
        SUBJECT.search,
        'ms',
        await page.evaluate<number>(`${PAINTED}.then((at) => at - measured.key)`),
      );
      await page.context().close();
    }
    recorder.figure({ setting: this.setting, subject: SUBJECT.search }, { atMost: 200 });
  }

  /** @param change makes a batch of events */
  async tail(minutes: number, change: (seed: number) => Promise<void>): Promise<void> {
    const { recorder, progress } = this.run;
    const page = await this.open('/events');
    await this.shown(page, PAGES.events);
    const browser = await page.context().newCDPSession(page);
    let half = await usedMiB(browser);
    const every = (60_000 * BATCH) / EVENTS_A_MINUTE;
    for (let minute = 1; minute <= minutes; minute += 1) {
      const end = performance.now() + 60_000;
      for (let batch = 1; performance.now() < end; batch += 1) {
        const due = delay(every);
        await change(minute * 1_000 + batch);
        await due;
      }
      const used = await usedMiB(browser);
      // What nobody looks at is kept for five minutes.
      if (minute <= minutes / 2) half = used;
      progress(`minute ${minute} of the tail: ${used.toFixed(1)} MiB`);
    }
    const last = await usedMiB(browser);
    recorder.add(this.setting, SUBJECT.memory, 'MiB', last);
    recorder.add(this.setting, SUBJECT.grown, 'times', last / half);
    recorder.figure({ setting: this.setting, subject: SUBJECT.grown }, { atMost: 1.1 });
  }

  private async open(path: string): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(OBSERVE);
    await page.goto(`${this.service.url}${path}`, { waitUntil: 'commit' });
    return page;
  }

  /** @param parts each of them is waited for. @returns ms from the navigation */
  private async shown(page: Page, parts: string): Promise<number> {
    for (const part of parts.split(', ')) await page.locator(part).first().waitFor();
    return page.evaluate<number>(PAINTED);
  }
}

/** What its scripts hold once all that they let go of is collected. */
async function usedMiB(browser: CDPSession): Promise<number> {
  await browser.send('HeapProfiler.collectGarbage');
  const { usedSize } = await browser.send('Runtime.getHeapUsage');
  return usedSize / 1024 / 1024;
}
