import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isUuid } from '#platform';
import { ContactHistory, HISTORY_SORTS, MaskedHistory } from '#read-model';
import { z } from 'zod';

import { OfItsAccount } from '../http/account.guard.js';
import { JSON_TEXT, jsonPage, openApiSchema, pageOf } from '../http/answers.js';
import { mayRead } from '../http/may-read.js';
import { AskedBy, type Principal } from '../http/principal.js';
import { limitParameter, pageParameters } from '../http/query-schemas.js';
import { Problems } from '../http/problem-answers.js';
import { changeSchema, maskedChangeSchema } from './contact-answer.js';
import { contactNotFound } from './contact-not-found.js';

/** All changes that most contacts ever have are on one page. */
const historyQuery = z.strictObject({
  sort: z.enum(HISTORY_SORTS).default('version').describe('`-version`: the newest first'),
  limit: limitParameter(1_000, 500),
  cursor: pageParameters.cursor,
});

/** For every principal: one without the scope `read` gets the changes masked. */
@ApiTags('contacts')
@Controller('api/contacts/:id/history')
export class ContactHistoryController {
  constructor(
    private readonly history: ContactHistory,
    private readonly maskedHistory: MaskedHistory,
  ) {}

  @Get()
  @OfItsAccount(ContactHistory, 'contact-not-found', 'contact')
  @Header('Content-Type', JSON_TEXT)
  @ApiOperation({
    summary: 'The changes of a contact, oldest first unless sorted; 4 MB at most, and one at least',
  })
  @ApiResponse({
    status: 200,
    description:
      'A page of changes; `detailsRemoved` of one that can no longer be read, because the contact was deleted long ago',
    schema: openApiSchema(z.union([pageOf(changeSchema), pageOf(maskedChangeSchema)])),
  })
  @Problems('contact-not-found', 'invalid-cursor')
  async changes(
    @Param('id') id: string,
    @Query({ schema: historyQuery }) query: z.infer<typeof historyQuery>,
    @AskedBy() principal: Principal,
  ): Promise<string> {
    const history = mayRead(principal) ? this.history : this.maskedHistory;
    const page = isUuid(id) ? await history.of(id, query) : null;
    if (page === null) throw contactNotFound(id);
    return jsonPage(page.items, { nextCursor: page.nextCursor });
  }
}
