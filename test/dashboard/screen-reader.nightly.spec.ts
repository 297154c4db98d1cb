import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { API_TOKENS, AS_OPS, openDashboard } from '../support/dashboard.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

/** Around every page: what can be skipped, then where one can go, then how the page and the session are. */
const FRAME = `
- link "Skip to the content":
- banner:
  - link "contactstream":
  - navigation "Pages":
    - list:
      - listitem:
        - link "Overview":
      - listitem:
        - link "Contacts":
      - listitem:
        - link "Events":
      - listitem:
        - link "Trouble":
  - search:
    - text: Find an account or a contact
    - combobox "Find an account or a contact"
  - status "What changes shows at once": Live
  - button "Light or dark"
  - group: ops Menu
`;

/** The answer, the counts by which it was found, how a change goes, then what to do, and what there was. */
const OVERVIEW = `
- main:
  - heading "The address book is fresh" [level=1]
  - paragraph: Nothing needs you.
  - navigation "Address books by state":
    - list:
      - listitem:
        - link "Fresh 1":
      - listitem:
        - link "Late 0":
      - listitem:
        - link "Needs sign-in 0":
      - listitem:
        - link "Held 0":
      - listitem:
        - link "Failing 0":
      - listitem:
        - link "Paused 0":
  - list "The way of a change":
    - listitem:
      - text: Google, simulated 1 account last answer
      - time: … ago
    - listitem: Event log 3 events … a minute
    - listitem: Kafka not configured passed by
    - listitem: Read model 0 events behind 0 s
  - region "Accounts":
    - heading "Accounts" [level=2]
    - text: Filter accounts
    - searchbox "Filter accounts"
    - text: Sorted by what needs a person
    - button "Connect an account"
    - table "Accounts":
      - rowgroup:
        - row "Account State Last outcome Synced, next Contacts Changes, 24 h Action":
          - columnheader "Account":
            - button "Account"
          - columnheader "State":
            - button "State"
          - columnheader "Last outcome"
          - columnheader "Synced, next":
            - button "Synced, next"
          - columnheader "Contacts":
            - button "Contacts"
          - columnheader "Changes, 24 h":
            - button "Changes, 24 h"
          - columnheader "Action"
      - rowgroup:
        - row "default demo@example.com Fresh 3 created … ago no next 3 3 Sync default now":
          - cell "default demo@example.com":
            - link "default":
            - text: demo@example.com
          - cell "Fresh"
          - cell "3 created"
          - cell "… ago no next":
            - time: … ago
            - text: no next
          - cell "3"
          - cell "3"
          - cell "Sync default now":
            - button "Sync default now"
  - region "Running now":
    - heading "Running now" [level=2]
    - paragraph: Nothing. What is due next is in the table.
  - region "Last 24 hours":
    - heading "Last 24 hours" [level=2]
    - paragraph: 30 minutes a bar
    - paragraph: 3 changes
    - paragraph: 0 updated 3 created 0 deleted
    - 'img "Changes by half hour: 3 in all"'
    - paragraph: 1 sync
    - 'img "Syncs by half hour: 1 in all"'
    - paragraph: 0 errors
    - 'img "Errors by half hour: 0 in all"'
  - region "Recent changes":
    - heading "Recent changes" [level=2]
    - link "All events":
    - list:
      - listitem:
        - link "Käthe Dvořák":
        - text: created
        - time: … ago
      - listitem:
        - link "श्रीराम गुप्ता":
        - text: created
        - time: … ago
      - listitem:
        - link "Ursula Ångström":
        - text: created
        - time: … ago
`;

/** What it was and how it ended, what came to what, where the time went, and what it changed. */
const RUN = `
- main:
  - paragraph:
    - link "Accounts":
    - text: /
    - link "default":
    - text: / Run …
  - heading "Full sync of default Succeeded" [level=1]
  - paragraph:
    - text: Began
    - time: … ago
    - text: because somebody asked, took …. It reads the whole list, because there was no sync token yet.
  - button "Copy as JSON":
    - text: Copy as JSON
    - status
  - region "Counts":
    - term: Fetched
    - definition: "3"
    - text: =
    - term: Created
    - definition: "3"
    - text: +
    - term: Updated
    - definition: "0"
    - text: +
    - term: Deleted
    - definition: "0"
    - text: +
    - term: Unchanged
    - definition: "0"
    - text: +
    - term: Quarantined
    - definition: "0"
    - term: Not on the list
    - definition: "0"
    - definition: Every known contact was on the list
  - region "How it went":
    - heading "How it went" [level=2]
    - paragraph: 1 page
    - text: Ask Google
    - 'img "Page 1: 3 persons"'
    - text: 1 page, 3 persons Store pages
    - 'img "Page 1 stored: 3 events"'
    - text: 3 events Compare
    - img "Asked about 0, 0 are gone"
    - text: 0 gone of 0 missing Read model
    - img "Caught up"
    - text: caught up at 3
  - region "Events it made":
    - heading "Events it made" [level=2]
    - paragraph: "3"
    - link "Open in Events":
    - list:
      - listitem:
        - link "Käthe Dvořák":
        - text: created v1
      - listitem:
        - link "श्रीराम गुप्ता":
        - text: created v1
      - listitem:
        - link "Ursula Ångström":
        - text: created v1
`;

describeChromium('A screen reader hears in the order of its questions', () => {
  let service: TestService;
  let browser: Browser;
  let runId: string;
  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({ API_TOKENS }, { persons: 3 }),
      startChromium(),
    ]);
    runId = (await call('POST', '/api/sync')).body.run.id as string;
    await waitFor(async () => (await call('GET', '/api/overview')).body.stream.log.position === '3', {
      what: 'the overview to know of the sync',
    });
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  const call: TestService['api'] = (method, path) => service.api(method, path, undefined, AS_OPS);
  /** Headings, landmarks, lists and names, without what differs from run to run. */
  const heard = async (path: string, heading: string, last: string): Promise<string> => {
    const { page } = await openDashboard(browser, service, path);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('region', { name: last }).getByRole('listitem').first().waitFor();
    const tree = await page.locator('body').ariaSnapshot();
    await page.context().close();
    return tree
      .replaceAll(/^ *- \/url: .*\n/gm, '')
      .replaceAll(/\d+ (?:s|min|h) ago/g, '… ago')
      .replaceAll(/\b[0-9a-f]{8}\b/g, '…')
      .replaceAll(/took [\d.,]+ m?s\b/g, 'took …')
      .replaceAll(/[\d.,]+ a minute/g, '… a minute');
  };

  it('on the overview', async () => {
    const tree = await heard('/', 'The address book is fresh', 'Recent changes');
    expect(tree).toBe(`${FRAME.trimStart()}${OVERVIEW.trimStart()}- status`);
  });

  it('on a run', async () => {
    const tree = await heard(`/runs/${runId}`, 'Full sync of', 'Events it made');
    expect(tree).toBe(`${FRAME.trimStart()}${RUN.trimStart()}- status`);
  });
});
