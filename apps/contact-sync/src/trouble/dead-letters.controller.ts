import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CommandBus } from '@nestjs/cqrs';
import {
  type DeadLetter,
  DeadLetters,
  DiscardDeadLetterCommand,
  ReplayDeadLetterCommand,
  type WholeDeadLetter,
} from '#read-model';
import { CodedError, isUuid } from '#platform';
import { z } from 'zod';

import { openApiSchema, pageOf } from '../http/answers.js';
import { AskedBy, type Principal } from '../http/principal.js';
import { pageParameters } from '../http/query-schemas.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { payloadOf, payloadSchema } from './dead-letter-payload.js';

const letterSchema = z.object({
  id: z.uuid(),
  topic: z.string(),
  partition: z.int(),
  offset: z.string(),
  contactId: z.uuid().nullable().describe("The record's key, where it is an id"),
  error: z.string().describe('Why it could not be read or applied, without its values'),
  occurredAt: z.iso.datetime(),
  state: z.enum(['open', 'replayed', 'discarded']),
});

const listQuery = z.strictObject({
  state: letterSchema.shape.state.optional(),
  ...pageParameters,
});

type LetterAnswer = z.infer<typeof letterSchema>;

/** A record that could not be read belongs to no account: tokens that are bound to one see none. */
@ApiTags('dead letters')
@Controller('api/dead-letters')
@NeedsScope('operate')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLetters,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Records of Kafka that the read model could not take, newest first; none without Kafka',
  })
  @ApiResponse({
    status: 200,
    description: 'A page of dead letters, without payloads',
    schema: openApiSchema(pageOf(letterSchema)),
  })
  @Problems('invalid-cursor')
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @AskedBy() principal: Principal,
  ): Promise<{ items: LetterAnswer[]; nextCursor: string | null }> {
    if (principal.accountId !== null) return { items: [], nextCursor: null };
    const { items, nextCursor } = await this.letters.list({ state: query.state }, query);
    return { items: items.map(letterAnswer), nextCursor };
  }

  @Get(':id')
  @NeedsScope('read')
  @ApiOperation({ summary: 'One dead letter, with the record as it came' })
  @ApiResponse({
    status: 200,
    description: 'The dead letter',
    schema: openApiSchema(letterSchema.extend({ payload: payloadSchema })),
  })
  @Problems('dead-letter-not-found')
  async one(
    @Param('id') id: string,
    @AskedBy() principal: Principal,
  ): Promise<LetterAnswer & { payload: z.infer<typeof payloadSchema> }> {
    const letter = await this.visible(id, principal);
    return { ...letterAnswer(letter), payload: payloadOf(letter) };
  }

  @Post(':id/replay')
  @HttpCode(200)
  @ApiOperation({ summary: "Reads the record by today's rules and applies it to the read model" })
  @ApiResponse({
    status: 200,
    description: 'It is applied; where the contact is further already, nothing changed',
    schema: openApiSchema(letterSchema),
  })
  @Problems('dead-letter-not-found', 'replayed', 'discarded', 'still-not-applicable')
  async replay(@Param('id') id: string, @AskedBy() principal: Principal): Promise<LetterAnswer> {
    await this.visible(id, principal);
    return letterAnswer(await this.commands.execute(new ReplayDeadLetterCommand(id)));
  }

  @Post(':id/discard')
  @HttpCode(200)
  @ApiOperation({ summary: 'Closes the dead letter; nobody will replay it' })
  @ApiResponse({ status: 200, description: 'It is closed', schema: openApiSchema(letterSchema) })
  @Problems('dead-letter-not-found', 'replayed', 'discarded')
  async discard(@Param('id') id: string, @AskedBy() principal: Principal): Promise<LetterAnswer> {
    await this.visible(id, principal);
    return letterAnswer(await this.commands.execute(new DiscardDeadLetterCommand(id)));
  }

  private async visible(id: string, principal: Principal): Promise<WholeDeadLetter> {
    const letter = principal.accountId === null ? await this.letters.find(id) : null;
    if (letter === null) {
      throw new CodedError('dead-letter-not-found', `There is no dead letter ${id}.`);
    }
    return letter;
  }
}

function letterAnswer(letter: DeadLetter): LetterAnswer {
  const key = letter.key?.toString() ?? '';
  return {
    id: letter.id,
    topic: letter.topic,
    partition: letter.partition,
    offset: String(letter.offset),
    contactId: isUuid(key) ? key : null,
    error: letter.error,
    occurredAt: letter.occurredAt.toISOString(),
    state: letter.state,
  };
}
