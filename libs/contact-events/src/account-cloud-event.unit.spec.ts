import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { type LoggedAccountEvent, toAccountMessage } from './account-cloud-event.js';
import { eventJsonSchemas } from './json-schemas.js';
import { messageExamples } from './message-examples.js';

const EXAMPLES = [
  messageExamples.accountConnected,
  messageExamples.accountSynced,
  messageExamples.accountNeedsSignIn,
  messageExamples.accountDisconnected,
  messageExamples.accountErased,
];

/** As the log has what an example says. */
function logged({ headers, payload }: (typeof EXAMPLES)[number]): LoggedAccountEvent {
  return {
    ...payload,
    type: headers.ce_type,
    lastPosition: 'lastPosition' in payload ? BigInt(payload.lastPosition) : null,
  };
}

describe("An event of an account's life", () => {
  it.each(EXAMPLES.map((example) => [example.headers.ce_type, example] as const))(
    'has the headers and the data of a CloudEvent: %s',
    (_, example) => {
      const message = toAccountMessage(logged(example), 'https://contacts.example');
      expect(message.headers).toEqual(example.headers);
      expect(message.key).toBe(example.payload.accountId);
      expect(JSON.parse(message.value ?? '')).toEqual(example.payload);
      const schema = new URL(example.headers.ce_dataschema).pathname.split('/').at(-2) ?? '';
      const fits = new Ajv2020({ strict: true }).compile(eventJsonSchemas[schema]?.['1'] ?? false);
      expect([fits(example.payload), fits.errors]).toEqual([true, null]);
    },
  );

  it('has the same bytes each time, whatever the order of what is logged', () => {
    const event = logged(messageExamples.accountSynced);
    const turned = Object.fromEntries(Object.entries(event).reverse()) as unknown as LoggedAccountEvent;
    expect(toAccountMessage(turned, 'https://a.example')).toEqual(
      toAccountMessage(event, 'https://a.example'),
    );
    expect(toAccountMessage(event, 'https://a.example').value).toBe(
      '{"accountId":"5cb03c2f-d9e9-4880-8700-57cc5a5c037a","lastPosition":"61",' +
        '"occurredAt":"2026-11-23T23:38:25.902Z","reference":"tenant-42/user-7","version":2}',
    );
  });

  it('says nothing of a reference where there is none', () => {
    const message = toAccountMessage(
      { ...logged(messageExamples.accountErased), reference: null },
      'https://a.example',
    );
    expect(message.headers).not.toHaveProperty('ce_accountref');
    expect(JSON.parse(message.value ?? '')).toMatchObject({ reference: null });
  });
});
