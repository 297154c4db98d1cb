import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CodedError, isUuid } from '#platform';
import { ContactQueries } from '#read-model';
import { type Account, Accounts } from '#accounts';
import { z } from 'zod';

import { openApiSchema } from '../http/answers.js';
import { AskedBy, maySee, type Principal } from '../http/principal.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';

const accountSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string().nullable(),
  state: z.enum(['connected', 'needs-reauth', 'disconnected', 'erasing']),
  connectedAt: z.iso.datetime().nullable(),
  contacts: z.int().describe('Live contacts'),
});

type AccountAnswer = z.infer<typeof accountSchema>;

@ApiTags('accounts')
@Controller('api/accounts')
@NeedsScope('operate')
export class AccountsController {
  constructor(
    private readonly accounts: Accounts,
    private readonly contacts: ContactQueries,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The Google accounts that are, or were, connected' })
  @ApiResponse({
    status: 200,
    description: 'The accounts',
    schema: openApiSchema(z.object({ items: z.array(accountSchema) })),
  })
  async list(@AskedBy() principal: Principal): Promise<{ items: AccountAnswer[] }> {
    const accounts = (await this.accounts.list()).filter(({ id }) => maySee(principal, id));
    return { items: await Promise.all(accounts.map((account) => this.answer(account))) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One account' })
  @ApiResponse({ status: 200, description: 'The account', schema: openApiSchema(accountSchema) })
  @Problems('account-not-found')
  async one(
    @Param('id', { schema: z.uuid() }) id: string,
    @AskedBy() principal: Principal,
  ): Promise<AccountAnswer> {
    if (!isUuid(id) || !maySee(principal, id)) {
      throw new CodedError('account-not-found', `There is no account ${id}.`);
    }
    return this.answer(await this.accounts.get(id));
  }

  private async answer(account: Account): Promise<AccountAnswer> {
    return {
      id: account.id,
      name: account.name,
      email: account.email ?? null,
      state: account.state,
      connectedAt: account.connectedAt?.toISOString() ?? null,
      contacts: await this.contacts.countLive(account.id),
    };
  }
}
