import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type ContactView } from '#contact-events';
import { Problem } from '#platform';
import {
  contactDocument,
  ContactHistory,
  ContactQueries,
  type HistoryItem,
  type KnownContact,
  ReadModelPosition,
} from '#read-model';
import { z } from 'zod';

import { openApiSchema } from '../http/answers.js';
import { AskedBy, maySee, type Principal, visibleAccount } from '../http/principal.js';
import {
  flagParameter,
  isUuid,
  limitParameter,
  positionParameter,
  timeParameter,
} from '../http/query-schemas.js';
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
  limit: limitParameter(500, 50),
  cursor: z.string().optional(),
  minPosition: positionParameter
    .optional()
    .describe('Waits until the read model holds every event up to there'),
});

const oneQuery = z.strictObject({ asOf: timeParameter.optional().describe('The contact as it was then') });

@ApiTags('contacts')
@Controller('api/contacts')
@NeedsScope('read')
export class ContactsController {
  constructor(
    private readonly contacts: ContactQueries,
    private readonly readModel: ReadModelPosition,
    private readonly history: ContactHistory,
  ) {}

  @Get()
  @Header('Content-Type', JSON_TEXT)
  @ApiOperation({ summary: 'Contacts, by display name' })
  @ApiResponse({
    status: 200,
    description: 'A page of contacts',
    schema: openApiSchema(
      z.object({ items: z.array(contactAnswerSchema), nextCursor: z.string().nullable() }),
    ),
  })
  @ApiResponse({ status: 503, description: 'read-model-behind' })
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @AskedBy() principal: Principal,
  ): Promise<string> {
    if (
      query.minPosition !== undefined &&
      !(await this.readModel.waitFor(query.minPosition, MIN_POSITION_WAIT_MS))
    ) {
      throw new Problem(
        503,
        'read-model-behind',
        `The read model does not hold position ${query.minPosition} yet; try again in a moment.`,
        {},
        { 'Retry-After': '1' },
      );
    }
    const { items, nextCursor } = await this.contacts.list({
      q: query.q,
      accountId: visibleAccount(principal, query.accountId),
      includeDeleted: query.includeDeleted,
      limit: query.limit,
      cursor: query.cursor,
    });
    return `{"items":[${items.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`;
  }

  @Get(':id')
  @Header('Content-Type', JSON_TEXT)
  @ApiOperation({ summary: 'One contact, also a deleted one' })
  @ApiResponse({ status: 200, description: 'The contact', schema: openApiSchema(contactAnswerSchema) })
  @ApiResponse({ status: 404, description: 'contact-not-found' })
  async one(
    @Param('id') id: string,
    @Query({ schema: oneQuery }) query: z.infer<typeof oneQuery>,
    @AskedBy() principal: Principal,
  ): Promise<string> {
    if (!isUuid(id)) throw notFound(id);
    const contact =
      query.asOf === undefined
        ? await this.contacts.get(id)
        : asKnown(await this.history.asOf(id, new Date(query.asOf)));
    if (contact === null || !maySee(principal, contact.accountId)) throw notFound(id);
    return contact.document;
  }

  @Get(':id/history')
  @ApiOperation({ summary: 'Every change of a contact, oldest first' })
  @ApiResponse({ status: 200, description: 'The changes' })
  @ApiResponse({ status: 404, description: 'contact-not-found' })
  async changes(@Param('id') id: string, @AskedBy() principal: Principal): Promise<{ items: HistoryItem[] }> {
    if (!isUuid(id)) throw notFound(id);
    const history = await this.history.of(id);
    if (history === null || !maySee(principal, history.accountId)) throw notFound(id);
    return { items: history.items };
  }
}

function asKnown(view: ContactView | null): KnownContact | null {
  return view === null ? null : { accountId: view.accountId, document: contactDocument(view) };
}

function notFound(id: string): Problem {
  return new Problem(404, 'contact-not-found', `There is no contact ${id}.`);
}
