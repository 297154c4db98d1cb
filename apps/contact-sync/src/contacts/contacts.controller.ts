import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CodedError, isUuid } from '#platform';
import {
  ContactHistory,
  ContactQueries,
  MaskedContacts,
  MaskedHistory,
  PhoneLookup,
  ReadModelPosition,
} from '#read-model';
import { z } from 'zod';

import { OfAccount, OfItsAccount } from '../http/account.guard.js';
import { JSON_TEXT, jsonPage, openApiSchema, pageOf } from '../http/answers.js';
import { mayRead, searchRefused } from '../http/may-read.js';
import { AskedBy, type Principal } from '../http/principal.js';
import { timeParameter } from '../http/query-schemas.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { contactAnswerSchema, maskedContactSchema } from './contact-answer.js';
import { contactNotFound } from './contact-not-found.js';
import { Audited } from '../audit/audited.js';
import { listQuery, type ListRequest, searchBody } from './list-request.js';

/** How long a list waits for the read model to hold `minPosition`. */
const MIN_POSITION_WAIT_MS = 5_000;

const LISTED = {
  status: 200,
  description: 'A page of contacts',
  schema: openApiSchema(z.union([pageOf(contactAnswerSchema), pageOf(maskedContactSchema)])),
};

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

/** For every principal: one without the scope `read` gets the contacts masked. */
@ApiTags('contacts')
@Controller('api/contacts')
export class ContactsController {
  constructor(
    private readonly contacts: ContactQueries,
    private readonly maskedContacts: MaskedContacts,
    private readonly history: ContactHistory,
    private readonly maskedHistory: MaskedHistory,
    private readonly phones: PhoneLookup,
    private readonly readModel: ReadModelPosition,
  ) {}

  @Get()
  @OfAccount('query')
  @Header('Content-Type', JSON_TEXT)
  @ApiOperation({ summary: 'Contacts, by display name or last change; masked, by id or last change' })
  @ApiResponse(LISTED)
  @Problems('invalid-cursor', 'scope-missing', 'account-not-found', 'too-many-searches', 'read-model-behind')
  list(@Query({ schema: listQuery }) query: ListRequest, @AskedBy() principal: Principal): Promise<string> {
    return this.page(query, principal);
  }

  @Audited(null)
  @Post('search')
  @OfAccount('body')
  @HttpCode(200)
  @Header('Content-Type', JSON_TEXT)
  @ApiOperation({ summary: 'The same, asked for in the body, so that no name stands in an address' })
  @ApiBody({ required: false, schema: openApiSchema(searchBody, 'input') })
  @ApiResponse(LISTED)
  @Problems('invalid-cursor', 'scope-missing', 'account-not-found', 'too-many-searches', 'read-model-behind')
  search(
    @Body({ schema: searchBody }) body: z.infer<typeof searchBody>,
    @AskedBy() principal: Principal,
  ): Promise<string> {
    return this.page(body, principal);
  }

  @Get('lookup')
  @OfAccount('query')
  @NeedsScope('read')
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
  @ApiResponse({
    status: 200,
    description: 'The contact',
    schema: openApiSchema(z.union([contactAnswerSchema, maskedContactSchema])),
  })
  @Problems('contact-not-found', 'details-removed')
  async one(
    @Param('id') id: string,
    @Query({ schema: oneQuery }) query: z.infer<typeof oneQuery>,
    @AskedBy() principal: Principal,
  ): Promise<string> {
    if (!isUuid(id)) throw contactNotFound(id);
    if (query.asOf !== undefined) return this.past(id, new Date(query.asOf), principal);
    const contact = await this.shownTo(principal).get(id);
    if (contact === null) throw contactNotFound(id);
    return contact.document;
  }

  private shownTo(principal: Principal): ContactQueries | MaskedContacts {
    return mayRead(principal) ? this.contacts : this.maskedContacts;
  }

  private async page(request: ListRequest, principal: Principal): Promise<string> {
    const { q, minPosition, ...page } = request;
    if (q !== undefined && !mayRead(principal)) throw searchRefused(principal);
    if (minPosition !== undefined && !(await this.readModel.waitFor(minPosition, MIN_POSITION_WAIT_MS))) {
      throw new CodedError(
        'read-model-behind',
        `The read model does not hold position ${minPosition} yet; try again in a moment.`,
      );
    }
    const { items, nextCursor } = await this.shownTo(principal).list({ ...page, q });
    return jsonPage(items, { nextCursor });
  }

  private async past(id: string, time: Date, principal: Principal): Promise<string> {
    const history = mayRead(principal) ? this.history : this.maskedHistory;
    const contact = await history.asOf(id, time);
    if (contact === null) throw contactNotFound(id);
    if (contact.document === null) {
      throw new CodedError(
        'details-removed',
        `The contact ${id} was deleted, and what it was at that time has been removed since. GET /api/contacts/${id}/history has the times of its changes.`,
      );
    }
    return contact.document;
  }
}
