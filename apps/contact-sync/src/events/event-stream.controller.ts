import { BadRequestException, Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { lastPosition, lastPositionOf, type StoredEvent } from '#event-store';
import { type Request, type Response } from 'express';
import { z } from 'zod';

import { OfAccount } from '../http/account.guard.js';
import { mayRead } from '../http/may-read.js';
import { Problems } from '../http/problem-answers.js';
import { AskedBy, type Principal } from '../http/principal.js';
import { positionParameter } from '../http/query-schemas.js';
import { AnswersWithEvents } from '../http/server-sent/answers-with-events.js';
import { EventStreams } from '../http/server-sent/event-streams.js';
import { type Message, placeText } from '../http/server-sent/message.js';
import { eventSchema, TYPES } from './event-answers.js';
import { type EventTail, EventTails } from './event-tails.js';

const streamQuery = z.strictObject({
  after: positionParameter
    .optional()
    .describe(
      'Only events behind this position; `Last-Event-ID` counts before it. Without both: the new ones',
    ),
  accountId: z.uuid().optional(),
  contactId: z.uuid().optional(),
  type: z.enum(TYPES).optional(),
});

type StreamQuery = z.infer<typeof streamQuery>;

/** For every principal: one without the scope `read` gets the data masked. */
@ApiTags('events')
@Controller('api/events/stream')
export class EventStreamController {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly streams: EventStreams,
    private readonly tails: EventTails,
  ) {}

  @Get()
  @OfAccount('query')
  @ApiOperation({
    summary:
      'The event log as consumers get it, event by event as it grows: each once and in order, over reconnects too',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The position of the last event that the reader had; browsers send it by themselves',
  })
  @AnswersWithEvents({
    start: z.object({
      position: z.string().describe('What comes is behind it; also the id of this message'),
    }),
    ContactUpdated: eventSchema,
    ContactDeleted: eventSchema,
  })
  @Problems('too-many-streams', 'service-stopping', 'account-not-found')
  async stream(
    @Query({ schema: streamQuery }) query: StreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @AskedBy() principal: Principal,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const given = positionIn(lastEventId) ?? query.after;
    let position = given ?? (await this.end(query));
    const stream = this.streams.begin(request, response);
    if (given === undefined) {
      const data = JSON.stringify({ position: String(position) });
      stream.send({ event: 'start', data, id: String(position) });
    }
    // Else a reader of rare events would have the log searched again and again.
    if (query.accountId === undefined && query.contactId === undefined) {
      stream.heartbeat = () => placeText(String(position));
    }
    const tail = mayRead(principal) ? this.tails.whole : this.tails.masked;
    const selection = { accountId: query.accountId, streamId: query.contactId, type: query.type };
    try {
      for await (const batch of tail.log.read(position, selection, stream.signal)) {
        for (const piece of pieces(batch.events, tail)) {
          await stream.sendInTurn(piece);
          if (stream.signal.aborted) return;
          position = BigInt(piece.at(-1)?.id ?? position);
        }
        ({ position } = batch);
      }
    } finally {
      stream.end();
    }
  }

  /** Where one begins who wants new events alone; of an account it tells nothing of the others. */
  private async end({ accountId }: StreamQuery): Promise<bigint> {
    const em = this.em.fork();
    return accountId === undefined ? lastPosition(em) : lastPositionOf(em, accountId);
  }
}

/** Characters of a piece that is sent at once; one event may be more. */
const PIECE = 64 * 1024;

/** Events as they are told, some at a time. */
function* pieces(events: readonly StoredEvent[], tail: EventTail): Generator<Message[]> {
  let piece: Message[] = [];
  let size = 0;
  for (const event of events) {
    const data = tail.answer(event);
    if (data === '') continue;
    if (size > 0 && size + data.length > PIECE) {
      yield piece;
      [piece, size] = [[], 0];
    }
    piece.push({ event: event.type, data, id: String(event.position) });
    size += data.length;
  }
  if (size > 0) yield piece;
}

/** @throws BadRequestException for what is no position */
function positionIn(lastEventId: string | undefined): bigint | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  const position = positionParameter.safeParse(lastEventId);
  if (!position.success) throw new BadRequestException('Last-Event-ID: must be decimal digits');
  return position.data;
}
