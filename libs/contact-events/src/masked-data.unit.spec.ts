import { describe, expect, it } from '@jest/globals';

import { contactDeletedSchema, contactUpdatedSchema } from './contact-event-schema.js';
import { MASKED_MEMBERS, maskedData } from './masked-data.js';

describe('The masked data of an event', () => {
  it('are every member that has no value of the contact; a new one stays hidden until somebody decides', () => {
    const members = new Set(
      [contactUpdatedSchema, contactDeletedSchema].flatMap(({ shape }) => Object.keys(shape)),
    );
    const hidden = ['before', 'contact', 'truncatedFields'];
    expect([...MASKED_MEMBERS, ...hidden].sort()).toEqual([...members].sort());
  });

  it('show what is of the type, and nothing else that was handed in', () => {
    const members = JSON.stringify({
      change: 'updated',
      changedFields: ['birthday'],
      reason: null,
      contact: 'Ada',
    });
    expect(maskedData('ContactUpdated', members)).toMatchObject({ masked: true, change: 'updated' });
    expect(maskedData('ContactUpdated', members)).not.toHaveProperty('contact');
    expect(maskedData('ContactUpdated', members)).not.toHaveProperty('reason');
  });
});
