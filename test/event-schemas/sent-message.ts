import fc from 'fast-check';
import { type ContactEvent, type ContactSnapshot, decide, evolve, readPerson } from '#contact';
import { contactEventData, type ContactMessage, toKafkaMessage } from '#contact-events';

import { arbitraryFields, type Fields } from '../../libs/contact/src/support/arbitrary-person.spec.js';

const ACCOUNT = '0f2c4a52-4c43-4c3b-9d5e-6d2f6a1b7c10';
const CONTACT = '5f1f0a2e-0f5b-5d3c-8a55-0f3f5c0e6a11';
const OTHER = '9d4b7c1e-55aa-5f0e-b1c2-8a7d6e5f4a3b';
const RUN = '7a1f0a2e-0f5b-4d3c-8a55-0f3f5c0e6a13';

type Step =
  | { readonly does: 'see' | 'rename'; readonly fields: Fields; readonly updateTime: string }
  | { readonly does: 'delete' | 'miss' | 'merge' | 'erase' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom('see', 'rename'),
      fields: arbitraryFields,
      updateTime: fc.constantFrom(
        '',
        '2024-02-29T23:59:59Z',
        '2023-02-24T16:40:20.181599Z',
        '2999-12-31T23:59:59-12:00',
        '1000-01-01T00:00:00+12:00',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('delete', 'miss', 'merge', 'erase') }) },
);

/** How old the event is: of today, of before `before` was kept, or of when events began. */
const age = fc.constantFrom('today', 'without before', 'first');
type Age = 'today' | 'without before' | 'first';

const lastEvent: fc.Arbitrary<ContactEvent> = fc
  .tuple(arbitraryFields, fc.array(step, { maxLength: 3 }))
  .map(([fields, steps]) => {
    const last = eventsOf([{ does: 'see', fields, updateTime: '' }, ...steps]).at(-1);
    if (last === undefined) throw new Error('The contact was not created');
    return last;
  });

/** Whatever a service may have sent, today or before, made of any persons by the domain's own rules. */
export const sentMessage: fc.Arbitrary<ContactMessage> = fc
  .tuple(lastEvent, age)
  .map(([event, old]) => messageOf(event, old));

/** Of contacts larger than a message may be, so that texts are cut. It takes long to make one. */
export const cutMessage: fc.Arbitrary<ContactMessage> = lastEvent
  .filter((event) => event.type === 'ContactUpdated')
  .map((event) =>
    messageOf({ ...event, contact: { ...event.contact, biography: '🦊é'.repeat(100_000) } }, 'today'),
  );

function eventsOf(steps: readonly Step[]): ContactEvent[] {
  const events: ContactEvent[] = [];
  let snapshot: ContactSnapshot | null = null;
  let name = 1;
  for (const one of steps) {
    if (one.does === 'rename') name += 1;
    for (const event of decide(
      commandOf(one, `people/c${name}`, events),
      snapshot,
      contextAt(events.length),
    )) {
      snapshot = evolve(snapshot, event, (text) => text);
      events.push(event);
    }
  }
  return events;
}

function commandOf(
  step: Step,
  resourceName: string,
  events: readonly ContactEvent[],
): Parameters<typeof decide>[0] {
  switch (step.does) {
    case 'delete':
      return { kind: 'delete', reason: 'deleted-in-google' };
    case 'miss':
      return { kind: 'delete', reason: 'absent-from-full-sync' };
    case 'merge':
      return { kind: 'delete', reason: 'merged', mergedInto: OTHER };
    case 'erase':
      return { kind: 'delete', reason: 'account-erased' };
    case 'see':
    case 'rename': {
      const metadata = { sources: [{ type: 'CONTACT', updateTime: step.updateTime }] };
      const person = readPerson({ resourceName, metadata, ...step.fields });
      if (person.kind !== 'seen') throw new Error('The person is deleted');
      const last = events.findLast((event) => event.type === 'ContactUpdated')?.contact ?? null;
      return { kind: 'see', contactId: CONTACT, person, last };
    }
  }
}

function contextAt(second: number) {
  const now = new Date(Date.UTC(2025, 0, 1, 0, 0, second)).toISOString();
  return { accountId: ACCOUNT, runId: RUN, now, digest: (text: string) => text };
}

function messageOf(event: ContactEvent, old: Age): ContactMessage {
  const { contactId, accountId, version, occurredAt, type } = event;
  const data = contactEventData(aged(event, old));
  return toKafkaMessage(
    { position: 1n, type, contactId, accountId, version, occurredAt, data },
    'https://contacts.example',
  );
}

/** Of `contact`, what the first events did not have. */
export const LATER_FIELDS: ReadonlySet<string> = new Set([
  ...['phoneticFullName', 'phoneticGivenName', 'phoneticFamilyName', 'phoneticMiddleName'],
  ...[
    'phoneticHonorificPrefix',
    'phoneticHonorificSuffix',
    'fileAs',
    'gender',
    'sipAddresses',
    'calendarUrls',
  ],
  ...['occupations', 'interests', 'locales', 'locations', 'externalIds', 'miscKeywords'],
]);

function aged(event: ContactEvent, old: Age): ContactEvent {
  if (old === 'today' || event.type !== 'ContactUpdated') return event;
  const { before, ...rest } = event;
  if (old === 'without before') return rest;
  return {
    ...rest,
    changedFields: rest.changedFields.filter((field) => !LATER_FIELDS.has(field)),
    contact: Object.fromEntries(
      Object.entries(rest.contact).filter(([member]) => !LATER_FIELDS.has(member)),
    ) as unknown as typeof rest.contact,
  };
}
