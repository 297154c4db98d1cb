import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { HeldDeletions, ResolveHeldDeletionsCommand, Runs } from '#sync';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { concerning } from '../audit/request-audit.js';
import { OfItsAccount } from '../http/account.guard.js';
import { openApiSchema, pageOf } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { limitParameter, pageParameters } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';

const heldSchema = z.object({ contactId: z.uuid(), resourceName: z.string() });
const listQuery = z.strictObject({ ...pageParameters, limit: limitParameter(1_000, 1_000) });
const countSchema = z.object({ deleted: z.int() });

@ApiTags('sync')
@Controller('api/sync/runs/:id/held-deletions')
@NeedsScope('operate')
@OfItsAccount(Runs, 'run-not-found', 'run')
@Problems('run-not-found')
export class HeldDeletionsController {
  constructor(
    private readonly runs: Runs,
    private readonly held: HeldDeletions,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The contacts whose deletion a run holds for approval' })
  @ApiResponse({
    status: 200,
    description: 'Those not seen again since, by resource name',
    schema: openApiSchema(pageOf(heldSchema)),
  })
  @Problems('invalid-cursor')
  async list(
    @Param('id') id: string,
    @Query({ schema: listQuery }) page: z.infer<typeof listQuery>,
  ): Promise<{ items: readonly z.infer<typeof heldSchema>[]; nextCursor: string | null }> {
    const run = await this.runs.get(id);
    return this.held.of(run.id, page);
  }

  @Audited('held-deletions.approve')
  @Post('approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deletes those contacts that were not seen again since' })
  @ApiResponse({ status: 200, description: 'How many were deleted', schema: openApiSchema(countSchema) })
  @Problems('sync-in-progress', 'nothing-held')
  approve(@Param('id') id: string): Promise<{ deleted: number }> {
    return this.resolve(id, 'approve');
  }

  @Audited('held-deletions.reject')
  @Post('reject')
  @HttpCode(200)
  @ApiOperation({ summary: 'Keeps those contacts; the next full sync asks again' })
  @ApiResponse({ status: 200, description: 'None were deleted', schema: openApiSchema(countSchema) })
  @Problems('sync-in-progress', 'nothing-held')
  reject(@Param('id') id: string): Promise<{ deleted: number }> {
    return this.resolve(id, 'reject');
  }

  private async resolve(id: string, decision: 'approve' | 'reject'): Promise<{ deleted: number }> {
    const run = await this.runs.get(id);
    concerning({ accountId: run.accountId });
    return { deleted: await this.commands.execute(new ResolveHeldDeletionsCommand(run.id, decision)) };
  }
}
