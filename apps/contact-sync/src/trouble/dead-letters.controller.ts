import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CommandBus } from '@nestjs/cqrs';
import { type RefusedRecord, RefusedRecords, SettleRefusedRecordCommand } from '#publishing';
import {
  DeadLetters,
  DiscardDeadLetterCommand,
  ReplayDeadLetterCommand,
  type WholeDeadLetter,
} from '#read-model';
import { CodedError, type Page, type PageRequest } from '#platform';
import { type Response } from 'express';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { openApiSchema, pageOf } from '../http/answers.js';
import { pageParameters } from '../http/query-schemas.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { letterAnswer, type LetterAnswer, letterSchema, refusedAnswer } from './dead-letter-answer.js';
import { payloadOf, payloadSchema, sentPayload } from './dead-letter-payload.js';
import { newestOfBoth } from './newest-of-both.js';

const listQuery = z.strictObject({
  state: letterSchema.shape.state.optional(),
  ...pageParameters,
});

const LATER = {
  status: 202,
  description: 'Nobody who publishes has come to it within 10 s; it is done as soon as somebody does',
  schema: openApiSchema(letterSchema),
};

/**
 * Two kinds of records that were put aside: those of Kafka that the read model could not take, and those that Kafka
 * itself refused. A record that could not be read belongs to no account, so that those who are bound to one see none.
 */
@ApiTags('dead letters')
@Controller('api/dead-letters')
@NeedsScope('operate')
@Problems('not-found')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLetters,
    private readonly refused: RefusedRecords,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'Records that Kafka refused, and records of Kafka that the read model could not take, newest first; none without ' +
      'Kafka',
  })
  @ApiResponse({
    status: 200,
    description: 'A page of dead letters, without payloads',
    schema: openApiSchema(pageOf(letterSchema)),
  })
  @Problems('invalid-cursor')
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<{ items: LetterAnswer[]; nextCursor: string | null }> {
    const narrowing = { state: query.state };
    const answers = async <T>(page: Promise<Page<T>>, answer: (item: T) => LetterAnswer) => {
      const { items, nextCursor } = await page;
      return { items: items.map(answer), nextCursor };
    };
    return newestOfBoth(query, (page: PageRequest) =>
      Promise.all([
        answers(this.letters.list(narrowing, page), letterAnswer),
        answers(this.refused.list(narrowing, page), refusedAnswer),
      ]),
    );
  }

  @Get(':id')
  @NeedsScope('read')
  @ApiOperation({ summary: 'One dead letter, with the record as it came, or as it is sent' })
  @ApiResponse({
    status: 200,
    description: 'The dead letter',
    schema: openApiSchema(letterSchema.extend({ payload: payloadSchema.nullable() })),
  })
  @Problems('dead-letter-not-found')
  async one(
    @Param('id') id: string,
  ): Promise<LetterAnswer & { payload: z.infer<typeof payloadSchema> | null }> {
    const { letter, refused } = await this.found(id);
    if (letter !== null) return { ...letterAnswer(letter), payload: payloadOf(letter) };
    const message = await this.refused.message(refused);
    return { ...refusedAnswer(refused), payload: message === null ? null : sentPayload(message) };
  }

  @Audited('dead-letter.replay')
  @Post(':id/replay')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Applies a record to the read model by the rules of today, or sends what Kafka refused, and what waits behind it',
  })
  @ApiResponse({
    status: 200,
    description:
      'It is applied, or on Kafka; where the contact is further already, nothing changed in the read model',
    schema: openApiSchema(letterSchema),
  })
  @ApiResponse(LATER)
  @Problems('dead-letter-not-found', 'replayed', 'discarded', 'still-not-applicable', 'still-refused')
  async replay(
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LetterAnswer> {
    const { refused } = await this.found(id);
    if (refused !== null) return this.settle(new SettleRefusedRecordCommand(id, 'replay'), response);
    return letterAnswer(await this.commands.execute(new ReplayDeadLetterCommand(id)));
  }

  @Audited('dead-letter.discard')
  @Post(':id/discard')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Closes the dead letter: nobody will replay it. What waits behind a record that Kafka refused is sent',
  })
  @ApiResponse({ status: 200, description: 'It is closed', schema: openApiSchema(letterSchema) })
  @ApiResponse(LATER)
  @Problems('dead-letter-not-found', 'replayed', 'discarded')
  async discard(
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LetterAnswer> {
    const { refused } = await this.found(id);
    if (refused !== null) return this.settle(new SettleRefusedRecordCommand(id, 'discard'), response);
    return letterAnswer(await this.commands.execute(new DiscardDeadLetterCommand(id)));
  }

  private async settle(command: SettleRefusedRecordCommand, response: Response): Promise<LetterAnswer> {
    const record = await this.commands.execute(command);
    if (record.state === 'open') response.status(202);
    return refusedAnswer(record);
  }

  private async found(id: string): Promise<FoundLetter> {
    const letter = await this.letters.find(id);
    if (letter !== null) return { letter, refused: null };
    const refused = await this.refused.find(id);
    if (refused !== null) return { letter: null, refused };
    throw new CodedError('dead-letter-not-found', `There is no dead letter ${id}.`);
  }
}

type FoundLetter =
  | { readonly letter: WholeDeadLetter; readonly refused: null }
  | { readonly letter: null; readonly refused: RefusedRecord };
