import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CodedError, isUuid } from '#platform';
import {
  contactDocument,
  ContactHistory,
  ContactQueries,
  type HistoryItem,
  PhoneLookup,
  ReadModelPosition,
} from '#read-model';
import { z } from 'zod';

import { openApiSchema, pageOf } from '../http/answers.js';
import { OfAccount, OfItsAccount } from '../http/account.guard.js';
import { flagParameter, pageParameters, positionParameter, timeParameter } from '../http/query-schemas.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { contactAnswerSchema } from './contact-answer.js';

/** Of answers that are JSON already. */
const JSON_TEXT = 'application/json; charset=utf-8';

/** How long a list waits for the read model to hold `minPosition`. */
const MIN_POSITION_WAIT_MS = 5_000;

const listQuery = z.strictObject({
  q: z
    .string()
    .max(200)
    .optional()
    .describe('Matches names, organisations, e-mail addresses, and phone numbers by digits'),
  accountId: z.uuid().optional(),
  includeDeleted: flagParameter.default(false),
  ...pageParameters,
  minPosition: positionParameter
    .optional()
    .describe('Waits until the read model holds every event up to there'),
});

const lookupQuery = z.strictObject({
  phone: z
    .string()
    .max(100)
    // A plus that is not percent-encoded arrives as a space.
    .transform((phone) => phone.replace(/^ (?=\d)/, '+'))
    .describe('With + or 00 and country code, or as it is dialled in the region of the account'),
  accountId: z.uuid().optional(),
});

const lookupAnswer = z.object({
  items: z
    .array(
      z.object({
        match: z
          .enum(['exact', 'suffix'])
          .describe(
            'suffix: one of the two numbers does not tell all of it, and they end in the same digits',
          ),
        contact: contactAnswerSchema,
      }),
    )
    .min(1)
    .max(10),
});

const oneQuery = z.strictObject({ asOf: timeParameter.optional().describe('The contact as it was then') });

@ApiTags('contacts')
@Controller('api/contacts')
@NeedsScope('read')
export class ContactsController {
  constructor(
    private readonly contacts: ContactQueries,
    private readonly phones: PhoneLookup,
    private readonly readModel: ReadModelPosition,
    private readonly history: ContactHistory,
  ) {}

  @Get()
  @OfAccount('query')
  @Header('Content-Type', JSON_TEXT)
  @ApiOperation({ summary: 'Contacts, by display name' })
  @ApiResponse({
    status: 200,
    description: 'A page of contacts',
    schema: openApiSchema(pageOf(contactAnswerSchema)),
  })
  @Problems('invalid-cursor', 'account-not-found', 'read-model-behind')
  async list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>): Promise<string> {
    if (
      query.minPosition !== undefined &&
      !(await this.readModel.waitFor(query.minPosition, MIN_POSITION_WAIT_MS))
    ) {
      throw new CodedError(
        'read-model-behind',
        `The read model does not hold position ${query.minPosition} yet; try again in a moment.`,
      );
    }
    const { items, nextCursor } = await this.contacts.list({
      q: query.q,
      accountId: query.accountId,
      includeDeleted: query.includeDeleted,
      limit: query.limit,
      cursor: query.cursor,
    });
    return `{"items":[${items.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`;
  }

  @Get('lookup')
  @OfAccount('query')
  @Header('Content-Type', JSON_TEXT)
  @ApiOperation({ summary: 'Whose phone number it is, the likeliest first' })
  @ApiResponse({ status: 200, description: '1 to 10 contacts', schema: openApiSchema(lookupAnswer) })
  @Problems('invalid-request', 'no-match', 'account-not-found', 'read-model-behind')
  async lookup(@Query({ schema: lookupQuery }) asked: z.infer<typeof lookupQuery>): Promise<string> {
    const found = await this.phones.find(asked);
    if (found.length === 0) throw new CodedError('no-match', 'Nobody has this phone number.');
    return `{"items":[${found.map(({ match, contact }) => `{"match":"${match}","contact":${contact}}`).join(',')}]}`;
  }

  @Get(':id')
  @OfItsAccount(ContactHistory, 'contact-not-found', 'contact')
  @Header('Content-Type', JSON_TEXT)
  @ApiOperation({
    summary: 'One contact, also a deleted one; one that was deleted long ago has no details any more',
  })
  @ApiResponse({ status: 200, description: 'The contact', schema: openApiSchema(contactAnswerSchema) })
  @Problems('contact-not-found', 'details-removed')
  async one(
    @Param('id') id: string,
    @Query({ schema: oneQuery }) query: z.infer<typeof oneQuery>,
  ): Promise<string> {
    if (!isUuid(id)) throw notFound(id);
    if (query.asOf !== undefined) return this.past(id, new Date(query.asOf));
    const contact = await this.contacts.get(id);
    if (contact === null) throw notFound(id);
    return contact.document;
  }

  @Get(':id/history')
  @OfItsAccount(ContactHistory, 'contact-not-found', 'contact')
  @ApiOperation({ summary: 'Every change of a contact, oldest first' })
  @ApiResponse({
    status: 200,
    description:
      'The changes; `detailsRemoved` of one that can no longer be read, because the contact was deleted long ago',
  })
  @Problems('contact-not-found')
  async changes(@Param('id') id: string): Promise<{ items: HistoryItem[] }> {
    if (!isUuid(id)) throw notFound(id);
    const history = await this.history.of(id);
    if (history === null) throw notFound(id);
    return { items: history.items };
  }

  private async past(id: string, time: Date): Promise<string> {
    const contact = await this.history.asOf(id, time);
    if (contact === null) throw notFound(id);
    if (contact.view === null) {
      throw new CodedError(
        'details-removed',
        `The contact ${id} was deleted, and what it was at that time has been removed since. GET /api/contacts/${id}/history has the times of its changes.`,
      );
    }
    return contactDocument(contact.view);
  }
}

function notFound(id: string): CodedError {
  return new CodedError('contact-not-found', `There is no contact ${id}.`);
}
