import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { startTestService, type TestService } from '../support/service.js';

describe('The events of the log', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ DELETION_GUARD: 'off' }, { persons: 300 });
    await service.api('POST', '/api/sync');
    await service.google.control('POST', '/control/persons/change', { edits: 40, creates: 10, deletes: 20 });
    await service.api('POST', '/api/sync');
  });
  afterAll(() => service.stop());

  const events = async () =>
    (await service.api('GET', '/api/events?limit=1000')).body.items as {
      type: string;
      dataschema: string;
      subject: string;
      contactversion: string;
      position: string;
      data: { contactId: string; version: number };
    }[];

  it('fit the JSON Schema that they name', async () => {
    const ajv = new Ajv2020({ strict: true });
    const found = await events();
    expect(new Set(found.map(({ type }) => type))).toEqual(new Set(['ContactUpdated', 'ContactDeleted']));
    for (const dataschema of new Set(found.map((event) => event.dataschema))) {
      const schema = (await service.api('GET', new URL(dataschema).pathname)).body;
      const validate = ajv.compile(schema as object);
      for (const event of found.filter((one) => one.dataschema === dataschema)) {
        expect([event.position, validate(event.data), validate.errors]).toEqual([event.position, true, null]);
      }
    }
  });

  it('come in position order, with versions 1, 2, 3, … a contact', async () => {
    const found = await events();
    const positions = found.map(({ position }) => Number(position));
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    const versions = new Map<string, number>();
    for (const { subject, contactversion, data } of found) {
      const next = (versions.get(subject) ?? 0) + 1;
      expect([data.contactId, data.version, Number(contactversion)]).toEqual([subject, next, next]);
      versions.set(subject, next);
    }
  });

  it('can be read on from where a reader stopped, and for one contact alone', async () => {
    const all = await events();
    const first = (await service.api('GET', '/api/events?limit=100')).body;
    const rest = (await service.api('GET', `/api/events?limit=1000&after=${first.nextAfter as string}`)).body;
    expect([...first.items, ...rest.items]).toEqual(all);
    expect(rest.nextAfter).toBeNull();
    const [one] = all;
    const own = (await service.api('GET', `/api/events?contactId=${one?.subject ?? ''}`)).body.items;
    expect(own).toEqual(all.filter(({ subject }) => subject === one?.subject));
  });

  it('can be read backwards to the first one, page by page', async () => {
    const all = await events();
    const read: unknown[] = [];
    for (let before: string | null = String(all.length + 1); before !== null;) {
      const { body } = await service.api('GET', `/api/events?limit=150&before=${before}`);
      expect(body.nextAfter).toBeNull();
      read.push(...(body.items as unknown[]));
      before = body.nextBefore as string | null;
    }
    expect(read).toEqual(all.toReversed());
    const between = (await service.api('GET', '/api/events?after=3&before=7&limit=2')).body;
    expect(between.items).toEqual([all[5], all[4]]);
    expect(between.nextBefore).toBe('5');
    expect((await service.api('GET', '/api/events?limit=1')).body).not.toHaveProperty('nextBefore');
  });
});
