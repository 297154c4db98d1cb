import { setImmediate as nextTurn } from 'node:timers/promises';

import { type Contact } from '#contact';
import { type CsvWidths, GoogleCsv, NARROWEST, vCard, widened } from '#contact-export';

import { type ExportRequest } from './export-request.js';

/** JSON of contacts, part by part. */
export type Parts = AsyncIterable<readonly string[]>;

/** Contacts that are written at a time, so that others have their turn between them. */
const AT_A_TIME = 50;

export const FILES = {
  vcard: { contentType: 'text/vcard; charset=utf-8', ending: 'vcf' },
  csv: { contentType: 'text/csv; charset=utf-8; header=present', ending: 'csv' },
  jsonl: { contentType: 'application/jsonl; charset=utf-8', ending: 'jsonl' },
} as const;

/**
 * The text of an export, piece by piece.
 *
 * @param parts reads the contacts from the first one on, as often as it is called
 */
export async function* writtenContacts(asked: ExportRequest, parts: () => Parts): AsyncGenerator<string> {
  switch (asked.format) {
    case 'jsonl':
      for await (const few of fewByFew(parts())) yield few.map((document) => `${document}\n`).join('');
      return;
    case 'vcard': {
      const { version = '4.0' } = asked;
      for await (const few of fewByFew(parts()))
        yield few.map((document) => vCard(contactIn(document), version)).join('');
      return;
    }
    case 'csv': {
      const csv = new GoogleCsv(await widest(parts()), { raw: asked.raw === true });
      yield csv.header();
      for await (const few of fewByFew(parts()))
        yield few.map((document) => csv.row(contactIn(document))).join('');
    }
  }
}

/** How many columns it takes stands in the first line: the contacts are read once before. */
async function widest(parts: Parts): Promise<CsvWidths> {
  let widths = NARROWEST;
  for await (const few of fewByFew(parts)) {
    widths = few.map(contactIn).reduce(widened, widths);
    await nextTurn();
  }
  return widths;
}

async function* fewByFew(parts: Parts): AsyncGenerator<readonly string[]> {
  for await (const part of parts) {
    for (let from = 0; from < part.length; from += AT_A_TIME) yield part.slice(from, from + AT_A_TIME);
  }
}

/** As the read model has written it. */
function contactIn(document: string): Contact {
  return JSON.parse(document) as Contact;
}
