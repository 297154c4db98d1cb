import { type Page } from 'playwright-core';

import { callsTo } from '../support/call.js';
import { type Look } from './camera.js';
import { type Places, TOKENS } from './places.js';

/** A page in one of its states. */
export interface Scene {
  readonly name: string;
  readonly path: (places: Places) => string;
  /** null: nobody has signed in. */
  readonly as?: keyof typeof TOKENS | null;
  /** A text that is there when it is complete. */
  readonly shows: RegExp | string;
  /** What is clicked first. */
  readonly prepare?: (page: Page, url: string) => Promise<void>;
  /** Wide windows add something to see. */
  readonly isWide?: boolean;
}

const button = (page: Page, name: RegExp | string) => page.getByRole('button', { name, exact: true });

export const SCENES: readonly Scene[] = [
  { name: 'overview', path: () => '/', shows: 'Grace Hopper', isWide: true },
  { name: 'overview-filtered', path: () => '/?state=fresh&q=branch', shows: 'Oslo branch' },
  {
    name: 'connect',
    path: () => '/',
    shows: 'Grace Hopper',
    prepare: async (page) => {
      await button(page, 'Connect an account').first().click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'connect-link',
    path: () => '/settings',
    shows: 'API tokens',
    prepare: async (page, url) => {
      const { body } = await callsTo(url)(
        'POST',
        '/api/auth/google/links',
        {},
        {
          authorization: `Bearer ${TOKENS.ops}`,
        },
      );
      // The service does not know at which port it was to listen.
      await page.goto(url + new URL(String(body.url)).pathname);
      await page.getByRole('button', { name: 'Continue to Google' }).waitFor();
    },
  },
  { name: 'account', path: ({ account }) => `/accounts/${account}`, shows: 'Senior buyer', isWide: true },
  {
    name: 'account-needs-sign-in',
    path: ({ signInNeeded }) => `/accounts/${signInNeeded}`,
    shows: 'Google withdrew the sign-in',
  },
  { name: 'run', path: ({ doneRun }) => `/runs/${doneRun}`, shows: 'Senior buyer' },
  { name: 'run-held', path: ({ heldRun }) => `/runs/${heldRun}`, shows: 'Ingrid Solheim' },
  {
    name: 'run-held-approve',
    path: ({ heldRun }) => `/runs/${heldRun}`,
    shows: 'Ingrid Solheim',
    prepare: async (page) => {
      await button(page, /^Approve/)
        .first()
        .click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'run-live', path: ({ liveRun }) => `/runs/${liveRun}`, shows: 'Noor van Dijk' },
  { name: 'run-failed', path: ({ failedRun }) => `/runs/${failedRun}`, shows: 'Karim Benali' },
  { name: 'contacts', path: () => '/contacts', shows: 'Grace Hopper' },
  {
    name: 'contacts-search',
    path: ({ contact }) => `/contacts/${contact}?deleted=1`,
    shows: 'Where it comes from',
    prepare: async (page) => {
      await page.getByLabel('Search contacts').fill('mar');
      await page.locator('.list mark').first().waitFor();
    },
    isWide: true,
  },
  {
    name: 'contact-as-of',
    path: ({ contact }) => `/contacts/${contact}?v=2`,
    shows: 'What differs from now is marked.',
  },
  {
    name: 'contacts-no-match',
    path: () => '/contacts',
    shows: 'Grace Hopper',
    prepare: async (page) => {
      await page.getByLabel('Search contacts').fill('nobody is called that');
      await page.getByText('No contact matches').waitFor();
    },
  },
  { name: 'events', path: () => '/events', shows: 'Grace Hopper' },
  { name: 'event', path: ({ event }) => `/events/${event}`, shows: 'CloudEvent', isWide: true },
  { name: 'trouble', path: () => '/trouble', shows: 'Warehouse Lyon' },
  { name: 'quarantined', path: ({ quarantined }) => `/trouble/${quarantined}`, shows: 'What was understood' },
  { name: 'settings', path: () => '/settings', shows: 'API tokens' },
  { name: 'nowhere', path: () => '/nowhere', shows: /./ },
  { name: 'sign-in', path: () => '/', as: null, shows: 'This service asks for a token' },
  {
    name: 'masked',
    path: ({ contact }) => `/contacts/${contact}`,
    as: 'night-shift',
    shows: 'but not read contacts',
  },
  { name: 'masked-overview', path: () => '/', as: 'night-shift', shows: 'Recent changes' },
  {
    name: 'reconnecting',
    path: () => '/',
    shows: 'Grace Hopper',
    prepare: async (page) => {
      await page.route('**/api/stream', (route) => route.abort());
      await page.reload();
      await page.getByText('Reconnecting').first().waitFor();
    },
  },
];

export const LOOKS: readonly Look[] = [
  { width: 1440, scheme: 'light' },
  { width: 1440, scheme: 'dark' },
  { width: 390, scheme: 'light' },
  { width: 390, scheme: 'dark' },
  { width: 2560, scheme: 'light' },
];
