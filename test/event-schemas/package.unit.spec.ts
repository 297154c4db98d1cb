import { describe, expect, it } from '@jest/globals';
import { eventJsonSchemas, dataSchemaUrl } from '#contact-events';

import { schemaFor } from '../../libs/contact-events/schemas/index.js';

describe('The package of the events', () => {
  it.each([
    ['ContactUpdated', 'contact-updated'],
    ['ContactDeleted', 'contact-deleted'],
  ])('has the schema that a %s names', (type, name) => {
    expect(schemaFor(dataSchemaUrl('https://contacts.example/below', type))).toEqual(
      eventJsonSchemas[name]?.['1'],
    );
  });

  it.each([
    'contact-updated/2.json',
    'contact-moved/1.json',
    '__proto__/1.json',
    'contact-updated/1.json?',
    '1.json',
  ])('knows no %s', (file) => {
    expect(schemaFor(`https://contacts.example/api/schemas/${file}`)).toBeUndefined();
  });
});
