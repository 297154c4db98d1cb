import { groupResourceName, VCARD_VERSIONS } from '#contact-export';
import { type ContactExportRequest } from '#read-model';
import { z } from 'zod';

import { flagParameter, searchOfContacts, timeParameter } from '../http/query-schemas.js';

const EXPORT_FORMATS = ['vcard', 'csv', 'jsonl'] as const;

const filters = {
  format: z.enum(EXPORT_FORMATS),
  version: z
    .enum(VCARD_VERSIONS)
    .optional()
    .describe('Of vCard, 4.0 unless told; 3.0 for phones and Outlook'),
  accountId: z.uuid().optional(),
  label: z
    .string()
    .min(1)
    .max(200)
    .refine((text) => !text.includes('\0') && text.isWellFormed(), 'must be text')
    .optional()
    .describe('Only contacts of this group: `contactGroups/…`, or what stands behind it, such as `starred`'),
  q: searchOfContacts,
  asOf: timeParameter.optional().describe('The contacts as they were then'),
};

const told = {
  raw: 'Of CSV: also what a program may take for a formula is left as it is',
  includeDeleted: 'Of JSON Lines: deleted contacts, too',
};

const ALONE = { version: 'vcard', raw: 'csv', includeDeleted: 'jsonl' } as const;

/** A member says something of one format alone. */
const isOfItsFormat = (asked: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(ALONE).every(
    ([member, format]) => asked[member] === undefined || asked[member] === false || asked.format === format,
  );
const NOT_OF_ITS_FORMAT = 'version is for vcard, raw for csv, includeDeleted for jsonl alone';

/** In an address. */
export const exportQuery = z
  .strictObject({
    ...filters,
    raw: flagParameter.optional().describe(told.raw),
    includeDeleted: flagParameter.optional().describe(told.includeDeleted),
  })
  .refine(isOfItsFormat, NOT_OF_ITS_FORMAT);

/** The same in a body, with flags as JSON has them. */
export const exportBody = z
  .strictObject({
    ...filters,
    raw: z.boolean().optional().describe(told.raw),
    includeDeleted: z.boolean().optional().describe(told.includeDeleted),
  })
  .refine(isOfItsFormat, NOT_OF_ITS_FORMAT);

export type ExportRequest = z.infer<typeof exportBody>;

export function exportedContacts({
  accountId,
  includeDeleted,
  q,
  label,
  asOf,
}: ExportRequest): ContactExportRequest {
  return {
    accountId,
    includeDeleted: includeDeleted === true,
    q,
    group: label === undefined ? undefined : groupResourceName(label),
    asOf: asOf === undefined ? undefined : new Date(asOf),
  };
}
