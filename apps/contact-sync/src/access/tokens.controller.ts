import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type IssuedToken, IssuedTokens, IssueTokenCommand, RevokeTokenCommand } from '#access';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { concerning } from '../audit/request-audit.js';
import { OfAccount, OfItsAccount } from '../http/account.guard.js';
import { openApiSchema, pageOf } from '../http/answers.js';
import { AskedBy, type Principal } from '../http/principal.js';
import { Problems } from '../http/problem-answers.js';
import { pageParameters } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';
import { draftSchema, expiryOf } from './token-draft.js';

const tokenSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  scopes: z.array(z.string()),
  accountId: z.uuid().nullable().describe('The one account that it may see; null for all'),
  createdAt: z.iso.datetime(),
  createdBy: z.string().describe('The name of whoever issued it'),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable().describe('To the minute; null: never'),
});

const freshSchema = tokenSchema.extend({ token: z.string().describe('Shown this once') });

const listQuery = z.strictObject({ accountId: z.uuid().optional(), ...pageParameters });

type TokenAnswer = z.infer<typeof tokenSchema>;

@ApiTags('access')
@Controller('api/tokens')
@NeedsScope('admin')
export class TokensController {
  constructor(
    private readonly tokens: IssuedTokens,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @OfAccount('query')
  @ApiOperation({
    summary:
      'The tokens that were issued and not revoked, newest first; those of API_TOKENS are not among them',
  })
  @ApiResponse({ status: 200, description: 'A page of tokens', schema: openApiSchema(pageOf(tokenSchema)) })
  @Problems('invalid-cursor', 'account-not-found')
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<{ items: TokenAnswer[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.tokens.list(query);
    return { items: items.map(tokenAnswer), nextCursor };
  }

  @Audited('token.issue')
  @Post()
  @HttpCode(201)
  @OfAccount('body')
  @ApiOperation({ summary: 'Issues a token that may do no more than whoever asks for it' })
  @ApiBody({ schema: openApiSchema(draftSchema) })
  @ApiResponse({ status: 201, description: 'The token', schema: openApiSchema(freshSchema) })
  @Problems('invalid-request', 'scope-missing', 'account-not-found', 'token-name-taken')
  async issue(
    @Body({ schema: draftSchema }) draft: z.infer<typeof draftSchema>,
    @AskedBy() principal: Principal,
  ): Promise<z.infer<typeof freshSchema>> {
    const { name, scopes, accountId } = draft;
    const command = new IssueTokenCommand(
      { name, scopes, accountId: accountId ?? null, expiresAt: expiryOf(draft) },
      principal,
    );
    const { token, issued } = await this.commands.execute(command);
    concerning({ object: issued.id });
    return { token, ...tokenAnswer(issued) };
  }

  @Audited('token.revoke')
  @Delete(':id')
  @HttpCode(204)
  @OfItsAccount(IssuedTokens, 'token-not-found', 'token')
  @ApiOperation({ summary: 'Revokes a token, and ends the sessions that were opened with it' })
  @ApiResponse({ status: 204, description: 'No process takes it any more' })
  @Problems('token-not-found')
  async revoke(@Param('id') id: string): Promise<void> {
    await this.commands.execute(new RevokeTokenCommand(id));
  }
}

function tokenAnswer(token: IssuedToken): TokenAnswer {
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    accountId: token.accountId ?? null,
    createdAt: token.createdAt.toISOString(),
    createdBy: token.createdBy,
    expiresAt: token.expiresAt.toISOString(),
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  };
}
