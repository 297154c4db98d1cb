import { type Command, Option } from 'commander';

import { type Got, type Item } from '../rest/schema.js';
import { contextOf } from '../context.js';
import { ACCOUNT, accountIdOf, OF_ACCOUNT } from '../find-account.js';
import { answerOf } from '../rest/service.js';
import { type Screen } from '../terminal/screen.js';
import { type Column, facts, table } from '../terminal/table.js';
import { when } from '../terminal/words.js';
import { examples } from './examples.js';
import { type ListOptions, showList, withListOptions } from './lists.js';
import { showAnswer } from './one-answer.js';

type Found = Item<'/api/contacts'>;
type Contact = Got<'/api/contacts/{id}'>;
type Change = Item<'/api/contacts/{id}/history'>;
type Match = Item<'/api/contacts/lookup'>;

const SORTS = ['displayName', '-displayName', 'updatedAt', '-updatedAt'] as const;

interface SearchOptions extends ListOptions {
  readonly account?: string;
  readonly sort?: (typeof SORTS)[number];
  readonly includeDeleted?: boolean;
}

export function addContacts(program: Command): void {
  const contacts = program
    .command('contacts')
    .summary('contacts and their history')
    .description('Contacts as they are, as they were, and how they came to be so.');
  addSearch(contacts);
  contacts
    .command('show')
    .summary('one contact')
    .description('One contact as it is, or as it was at a time. Deleted ones are shown too.')
    .argument('<id>', 'the contact')
    .option('--as-of <time>', 'as it was then: ISO 8601, such as 2026-11-28T12:00:00Z')
    .addHelpText(
      'after',
      examples(
        'contactstream contacts show b6128069-…',
        'contactstream contacts show b6128069-… --as-of 2026-11-28T12:00:00Z',
      ),
    )
    .action(async (id: string, { asOf }: { asOf?: string }, command: Command) => {
      const context = contextOf(command);
      const answer = await answerOf(
        context.api.GET('/api/contacts/{id}', {
          params: { path: { id }, query: asOf === undefined ? {} : { asOf } },
        }),
      );
      await showAnswer(context, answer, (contact) => contactWords(contact, context.screen));
    });
  addHistory(contacts);
  addLookup(contacts);
}

function addSearch(contacts: Command): void {
  withListOptions(contacts.command('search'))
    .summary('find contacts')
    .description(
      'Contacts in which every word is found: in names, organisations, e-mail addresses, and phone numbers by their digits. ' +
        'Without words: all of them.',
    )
    .argument('[words...]', 'what to look for')
    .option(...OF_ACCOUNT)
    .addOption(new Option('--sort <order>', 'their order (else displayName)').choices(SORTS))
    .option('--include-deleted', 'deleted ones too')
    .addHelpText(
      'after',
      examples(
        'contactstream contacts search grace hopper',
        'contactstream contacts search --sort=-updatedAt --limit 10',
      ),
    )
    .action(async (words: string[], options: SearchOptions, command: Command) => {
      const { account, sort, includeDeleted = false, ...list } = options;
      const context = contextOf(command);
      const accountId = await accountIdOf(context, account);
      await showList<Found>(
        context,
        list,
        // In the body: a name that stands in an address ends up in logs.
        ({ limit, cursor }) =>
          answerOf(
            context.api.POST('/api/contacts/search', {
              body: {
                ...(words.length > 0 && { q: words.join(' ') }),
                ...(accountId !== undefined && { accountId }),
                ...(sort !== undefined && { sort }),
                includeDeleted,
                limit: limit === undefined ? 50 : Number(limit),
                ...(cursor !== undefined && { cursor }),
              },
            }),
          ),
        contactColumns(context.screen),
        'No contact is found.',
      );
    });
}

function addHistory(contacts: Command): void {
  withListOptions(contacts.command('history'))
    .summary('what changed in a contact')
    .description('Every change of a contact, oldest first, with the changed fields before and after it.')
    .argument('<id>', 'the contact')
    .addHelpText(
      'after',
      examples(
        'contactstream contacts history b6128069-…',
        'contactstream contacts history b6128069-… --json',
      ),
    )
    .action(async (id: string, options: ListOptions, command: Command) => {
      const context = contextOf(command);
      await showList<Change>(
        context,
        options,
        (page) =>
          answerOf(context.api.GET('/api/contacts/{id}/history', { params: { path: { id }, query: page } })),
        changeColumns(context.screen),
        'Nothing is known of it.',
      );
    });
}

function addLookup(contacts: Command): void {
  contacts
    .command('lookup')
    .summary('whose number it is')
    .description("Whose phone number it is, however it is written. Ends with 1 where it is nobody's.")
    .argument('<phone>', 'the number')
    .option('--account <account>', `only among those of this one: ${ACCOUNT}`)
    .addHelpText(
      'after',
      examples(
        'contactstream contacts lookup "+49 172 5550199"',
        'contactstream contacts lookup 01725550199',
      ),
    )
    .action(async (phone: string, { account }: { account?: string }, command: Command) => {
      const context = contextOf(command);
      const accountId = await accountIdOf(context, account);
      const answer = await answerOf(
        context.api.GET('/api/contacts/lookup', {
          params: { query: { phone, ...(accountId !== undefined && { accountId }) } },
        }),
      );
      await showAnswer(context, answer, ({ items }) => table(items, matchColumns, context.screen));
    });
}

const contactColumns = (screen: Screen): readonly Column<Found>[] => [
  { title: 'CONTACT', of: ({ id }) => id, isWhole: true },
  { title: 'NAME', of: (one) => ('displayName' in one ? one.displayName : '(masked)') },
  { title: 'E-MAIL', of: (one) => ('emailAddresses' in one ? one.emailAddresses[0]?.value : '') },
  { title: 'PHONE', of: (one) => ('phoneNumbers' in one ? one.phoneNumbers[0]?.value : '') },
  { title: 'ORGANISATION', of: (one) => ('organizations' in one ? one.organizations[0]?.name : '') },
  { title: 'CHANGED', of: ({ updatedAt }) => when(updatedAt, screen) },
  { title: 'DELETED', of: ({ deletedReason }) => deletedReason },
];

const matchColumns: readonly Column<Match>[] = [
  { title: 'MATCH', of: ({ match }) => match },
  { title: 'CONTACT', of: ({ contact }) => contact.id, isWhole: true },
  { title: 'NAME', of: ({ contact }) => contact.displayName },
  { title: 'PHONE', of: ({ contact }) => contact.phoneNumbers.map(({ value }) => value).join(', ') },
];

const changeColumns = (screen: Screen): readonly Column<Change>[] => [
  { title: 'VERSION', of: ({ version }) => version, align: 'right' },
  { title: 'WHEN', of: ({ recordedAt }) => when(recordedAt, screen) },
  { title: 'WHAT', of: ({ change, reason }) => change ?? reason },
  { title: 'CHANGED', of: changeWords },
];

/** The changed fields, and where there is room what they were and are. */
function changeWords(one: Change): string {
  if (one.detailsRemoved === true) return '(details are no longer kept)';
  if (!('after' in one) || one.before === null || one.after === null) return one.changedFields.join(', ');
  const before = one.before as Readonly<Record<string, unknown>>;
  const after = one.after as Readonly<Record<string, unknown>>;
  return one.changedFields
    .map((field) => `${field}: ${short(before[field])} -> ${short(after[field])}`)
    .join('; ');
}

/** What people look at of a value. */
function short(value: unknown): string {
  if (value === null || value === undefined) return '(none)';
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.map(short).join(', ');
  if (typeof value === 'object') {
    const {
      value: inner,
      name,
      username,
      person,
      formattedValue,
    } = value as Readonly<Record<string, unknown>>;
    const said = inner ?? name ?? username ?? person ?? formattedValue;
    return typeof said === 'string' ? said : JSON.stringify(value);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function contactWords(contact: Contact, screen: Screen): string {
  const shared = [
    ['Contact', contact.id],
    ['Account', contact.accountId],
    ['Resource', contact.resourceName],
    ['Version', contact.version],
    ['Deleted', contact.deleted ? `${when(contact.deletedAt, screen)}, ${contact.deletedReason ?? ''}` : ''],
    ['Changed', when(contact.updatedAt, screen)],
    ['Synced', when(contact.syncedAt, screen)],
  ] as const;
  if ('masked' in contact) return facts(shared, screen);
  const list = (values: readonly unknown[]) => values.map(short).join(', ');
  return facts(
    [
      ['Name', contact.displayName],
      ['Nicknames', list(contact.nicknames)],
      ['E-mail', list(contact.emailAddresses)],
      ['Phone', list(contact.phoneNumbers)],
      [
        'Organisations',
        contact.organizations
          .map(({ name, title }) => [title, name].filter((one) => one !== null).join(', '))
          .join('; '),
      ],
      ['Addresses', list(contact.addresses)],
      ['Birthday', contact.birthday === null ? '' : birthdayWords(contact.birthday)],
      ['Addresses on the web', list(contact.urls)],
      ['Relations', list(contact.relations)],
      ['Labels', contact.groups.join(', ')],
      ['Note', contact.biography],
      ...shared,
    ],
    screen,
  );
}

function birthdayWords({
  year,
  month,
  day,
}: {
  year: number | null;
  month: number | null;
  day: number | null;
}): string {
  const two = (number: number | null) => (number === null ? '--' : String(number).padStart(2, '0'));
  return `${year === null ? '----' : String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}
