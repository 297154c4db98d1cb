import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  DiscardQuarantinedCommand,
  QuarantineEntries,
  type QuarantineEntry,
  ReplayQuarantinedCommand,
} from '#sync';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { openApiSchema, pageOf } from '../http/answers.js';
import { OfAccount, OfItsAccount } from '../http/account.guard.js';
import { pageParameters } from '../http/query-schemas.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';

const entrySchema = z.object({
  id: z.uuid(),
  accountId: z.uuid(),
  resourceName: z.string().nullable(),
  runId: z.uuid(),
  error: z.string().describe('Where in the person and what is wrong there'),
  occurredAt: z.iso.datetime(),
  state: z.enum(['open', 'replayed', 'superseded', 'discarded']),
});

const listQuery = z.strictObject({
  accountId: z.uuid().optional(),
  state: entrySchema.shape.state.optional(),
  ...pageParameters,
});

type EntryAnswer = z.infer<typeof entrySchema>;

@ApiTags('quarantine')
@Controller('api/quarantine')
@NeedsScope('operate')
export class QuarantineController {
  constructor(
    private readonly entries: QuarantineEntries,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @OfAccount('query')
  @ApiOperation({ summary: 'Persons of Google that could not be understood, newest first' })
  @ApiResponse({
    status: 200,
    description: 'A page of entries, without payloads',
    schema: openApiSchema(pageOf(entrySchema)),
  })
  @Problems('invalid-cursor', 'account-not-found')
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<{ items: EntryAnswer[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.entries.list(query);
    return { items: items.map(entryAnswer), nextCursor };
  }

  @Get(':id')
  @OfItsAccount(QuarantineEntries, 'quarantine-entry-not-found', 'quarantine entry')
  @NeedsScope('read')
  @ApiOperation({
    summary: 'One entry, with the payload as Google sent it; null where it was closed long ago',
  })
  @ApiResponse({
    status: 200,
    description: 'The entry',
    schema: openApiSchema(entrySchema.extend({ payload: z.unknown() })),
  })
  @Problems('quarantine-entry-not-found')
  async one(@Param('id') id: string): Promise<EntryAnswer & { payload: unknown }> {
    const entry = await this.entries.get(id);
    return { ...entryAnswer(entry), payload: entry.payload ?? null };
  }

  @Audited('quarantine.replay')
  @Post(':id/replay')
  @OfItsAccount(QuarantineEntries, 'quarantine-entry-not-found', 'quarantine entry')
  @HttpCode(200)
  @ApiOperation({ summary: "Reads the stored payload by today's rules" })
  @ApiResponse({
    status: 200,
    description: 'The person is understood now',
    schema: openApiSchema(entrySchema),
  })
  @Problems(
    'quarantine-entry-not-found',
    'superseded',
    'replayed',
    'discarded',
    'sync-in-progress',
    'still-not-understood',
  )
  async replay(@Param('id') id: string): Promise<EntryAnswer> {
    return entryAnswer(await this.commands.execute(new ReplayQuarantinedCommand(id)));
  }

  @Audited('quarantine.discard')
  @Post(':id/discard')
  @OfItsAccount(QuarantineEntries, 'quarantine-entry-not-found', 'quarantine entry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Closes the entry; nobody will replay it' })
  @ApiResponse({ status: 200, description: 'The entry is closed', schema: openApiSchema(entrySchema) })
  @Problems('quarantine-entry-not-found', 'superseded', 'replayed', 'discarded')
  async discard(@Param('id') id: string): Promise<EntryAnswer> {
    return entryAnswer(await this.commands.execute(new DiscardQuarantinedCommand(id)));
  }
}

function entryAnswer(entry: QuarantineEntry): EntryAnswer {
  return {
    id: entry.id,
    accountId: entry.accountId,
    resourceName: entry.resourceName ?? null,
    runId: entry.runId,
    error: entry.error,
    occurredAt: entry.occurredAt.toISOString(),
    state: entry.state,
  };
}
