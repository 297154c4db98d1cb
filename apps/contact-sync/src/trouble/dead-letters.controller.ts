import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type DeadLetterEntry,
  DeadLetterReplay,
  DeadLetterTable,
  StillNotApplicable,
  type StoredDeadLetter,
} from '#read-model';
import { CodedError, cursorPart, decodeCursor, encodeCursor, isUuid } from '#platform';
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

const place = z.tuple([cursorPart.time, cursorPart.id]);

type LetterAnswer = z.infer<typeof letterSchema>;

/** A record that could not be read belongs to no account: tokens that are bound to one see none. */
@ApiTags('dead letters')
@Controller('api/dead-letters')
@NeedsScope('operate')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLetterTable,
    private readonly replays: DeadLetterReplay,
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
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, place);
    if (principal.accountId !== null) return { items: [], nextCursor: null };
    const letters = await this.letters.list({
      state: query.state,
      after: cursor === undefined ? undefined : { occurredAt: new Date(cursor[0]), id: cursor[1] },
      limit: query.limit + 1,
    });
    const items = letters.slice(0, query.limit);
    const last = letters.length > query.limit ? items.at(-1) : undefined;
    return {
      items: items.map(letterAnswer),
      nextCursor: last === undefined ? null : encodeCursor([last.occurredAt.toISOString(), last.id]),
    };
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
    const letter = await this.visible(id, principal);
    if (letter.state !== 'open') throw closedAlready(letter.state);
    try {
      await this.replays.apply(letter);
    } catch (error) {
      if (!(error instanceof StillNotApplicable)) throw error;
      throw new CodedError(
        'still-not-applicable',
        `The dead letter ${id} still cannot be applied: ${error.message}. It stays open; discard it if it never will.`,
      );
    }
    return this.close(letter, 'replayed', principal);
  }

  @Post(':id/discard')
  @HttpCode(200)
  @ApiOperation({ summary: 'Closes the dead letter; nobody will replay it' })
  @ApiResponse({ status: 200, description: 'It is closed', schema: openApiSchema(letterSchema) })
  @Problems('dead-letter-not-found', 'replayed', 'discarded')
  async discard(@Param('id') id: string, @AskedBy() principal: Principal): Promise<LetterAnswer> {
    return this.close(await this.visible(id, principal), 'discarded', principal);
  }

  private async close(
    letter: StoredDeadLetter,
    state: 'replayed' | 'discarded',
    principal: Principal,
  ): Promise<LetterAnswer> {
    if (await this.letters.close(letter.id, state)) return letterAnswer({ ...letter, state });
    throw closedAlready((await this.visible(letter.id, principal)).state);
  }

  private async visible(id: string, principal: Principal): Promise<StoredDeadLetter> {
    const letter = isUuid(id) && principal.accountId === null ? await this.letters.find(id) : null;
    if (letter === null) {
      throw new CodedError('dead-letter-not-found', `There is no dead letter ${id}.`);
    }
    return letter;
  }
}

function closedAlready(state: string): CodedError {
  return new CodedError(state, `The dead letter is ${state} already.`);
}

function letterAnswer(letter: DeadLetterEntry): LetterAnswer {
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
