import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Accounts } from '#accounts';
import { ContactHistory } from '#read-model';
import {
  DiscardQuarantinedCommand,
  QuarantineEntries,
  type QuarantineEntry,
  ReplayPreviews,
  ReplayQuarantinedCommand,
} from '#sync';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { openApiSchema, pageOf } from '../http/answers.js';
import { OfAccount, OfItsAccount } from '../http/account.guard.js';
import { pageParameters } from '../http/query-schemas.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import {
  entryAnswer,
  type EntryAnswer,
  entrySchema,
  readingAnswer,
  replayAnswer,
  type WholeEntryAnswer,
  wholeEntrySchema,
} from './quarantine-answer.js';

const listQuery = z.strictObject({
  accountId: z.uuid().optional(),
  state: entrySchema.shape.state.optional(),
  ...pageParameters,
});

@ApiTags('quarantine')
@Controller('api/quarantine')
@NeedsScope('operate')
export class QuarantineController {
  constructor(
    private readonly entries: QuarantineEntries,
    private readonly replays: ReplayPreviews,
    private readonly history: ContactHistory,
    private readonly accounts: Accounts,
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
    return { items: await this.answers(items), nextCursor };
  }

  @Get(':id')
  @OfItsAccount(QuarantineEntries, 'quarantine-entry-not-found', 'quarantine entry')
  @NeedsScope('read')
  @ApiOperation({
    summary:
      'One entry, with the payload as Google sent it (null where it was closed long ago), what is understood of it, and what a replay would do',
  })
  @ApiResponse({
    status: 200,
    description: 'The entry',
    schema: openApiSchema(wholeEntrySchema),
  })
  @Problems('quarantine-entry-not-found')
  async one(@Param('id') id: string): Promise<WholeEntryAnswer> {
    const entry = await this.entries.get(id);
    const preview = await this.replays.of(entry);
    return {
      ...(await this.answer(entry)),
      ...readingAnswer(entry),
      replay: preview === null ? null : await replayAnswer(preview, this.history),
    };
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
    return this.answer(await this.commands.execute(new ReplayQuarantinedCommand(id)));
  }

  @Audited('quarantine.discard')
  @Post(':id/discard')
  @OfItsAccount(QuarantineEntries, 'quarantine-entry-not-found', 'quarantine entry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Closes the entry; nobody will replay it' })
  @ApiResponse({ status: 200, description: 'The entry is closed', schema: openApiSchema(entrySchema) })
  @Problems('quarantine-entry-not-found', 'superseded', 'replayed', 'discarded')
  async discard(@Param('id') id: string): Promise<EntryAnswer> {
    return this.answer(await this.commands.execute(new DiscardQuarantinedCommand(id)));
  }

  private async answer(entry: QuarantineEntry): Promise<EntryAnswer> {
    const { name } = await this.accounts.get(entry.accountId);
    return entryAnswer(entry, name);
  }

  private async answers(entries: readonly QuarantineEntry[]): Promise<EntryAnswer[]> {
    const accounts = await this.accounts.listOf([...new Set(entries.map(({ accountId }) => accountId))]);
    const names = new Map(accounts.map(({ id, name }) => [id, name]));
    return entries.map((entry) => entryAnswer(entry, names.get(entry.accountId) ?? ''));
  }
}
