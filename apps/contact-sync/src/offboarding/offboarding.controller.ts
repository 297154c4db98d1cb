import { Controller, Delete, HttpStatus, Param, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DisconnectAccountCommand, EraseAccountCommand } from '#offboarding';
import { type Response } from 'express';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { OfAccount } from '../http/account.guard.js';
import { Problems } from '../http/problem-answers.js';
import { flagParameter } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';

/** How long an answer waits for the end. */
const PATIENCE_MS = 10_000;

const deleteQuery = z.strictObject({
  erase: flagParameter
    .default(false)
    .describe('Also publishes the deletion of its contacts, and removes every stored fact about it'),
});

@ApiTags('accounts')
@Controller('api/accounts')
@NeedsScope('admin')
export class OffboardingController {
  constructor(private readonly commands: CommandBus) {}

  @Audited('account.disconnect', { flags: { erase: 'account.erase' } })
  @Delete(':id')
  @OfAccount('path')
  @ApiOperation({
    summary: 'Ends the syncs of an account and gives its grant back to Google; its contacts stay readable',
  })
  @ApiResponse({ status: 204, description: 'Done' })
  @ApiResponse({ status: 202, description: 'It goes on; GET /api/accounts/{id} shows it until it is done' })
  @Problems('account-not-found', 'account-erasing')
  async end(
    @Param('id', { schema: z.uuid() }) accountId: string,
    @Query({ schema: deleteQuery }) { erase }: z.infer<typeof deleteQuery>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const command = erase
      ? new EraseAccountCommand(accountId, PATIENCE_MS)
      : new DisconnectAccountCommand(accountId, PATIENCE_MS);
    const isDone = await this.commands.execute(command);
    response.status(isDone ? HttpStatus.NO_CONTENT : HttpStatus.ACCEPTED);
  }
}
