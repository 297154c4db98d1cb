import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { lastPosition } from '#event-store';
import { hasKafka } from '#kafka';
import { type Configuration } from '#platform';
import { RelayedPartitions } from '#publishing';
import { ReadModelPosition } from '#read-model';
import { z } from 'zod';

import { OfAccount } from '../http/account.guard.js';
import { openApiSchema } from '../http/answers.js';
import { CONFIGURATION } from '../injection-tokens.js';

const position = z.string().describe('Decimal digits; 0 before the first event');

const positionsSchema = z.object({
  logEnd: position.describe('Of the newest event in the log'),
  published: position.optional().describe('Kafka has every event up to here; left out without Kafka'),
  publishedState: position
    .optional()
    .describe(
      'The state topic holds each contact as it was here, or later; left out without Kafka. Once it is at a `logEnd` that ' +
        'was asked for before, whoever reads the topic to its end has all that the events topic held then',
    ),
  projected: position.describe('The read model holds every event up to here'),
  partitions: z
    .array(z.object({ partition: z.int(), endOffset: z.string() }))
    .optional()
    .describe(
      'Of the events topic: who has read each partition up to the record before its `endOffset` holds everything up to ' +
        '`published`. A partition that is not listed holds nothing yet. Left out without Kafka',
    ),
});

type Positions = z.infer<typeof positionsSchema>;

/** For whoever reads the topics: am I caught up. For every principal, because it tells of no contact. */
@ApiTags('events')
@Controller('api/positions')
export class PositionsController {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly readModel: ReadModelPosition,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get()
  @OfAccount('none')
  @ApiOperation({ summary: 'How far the log, Kafka and the read model are' })
  @ApiResponse({ status: 200, description: 'The positions', schema: openApiSchema(positionsSchema) })
  async positions(): Promise<Positions> {
    // What is ahead is asked last, so that nothing seems to be ahead of it.
    const projected = await this.readModel.position();
    const published = await this.published();
    const logEnd = await lastPosition(this.em.fork());
    return { logEnd: String(logEnd), ...published, projected: String(projected) };
  }

  private async published(): Promise<Pick<Positions, 'published' | 'publishedState' | 'partitions'>> {
    if (!hasKafka(this.configuration)) return {};
    const topic = topicNames(this.configuration.KAFKA_TOPIC_PREFIX).events;
    const relayed = await new RelayedPartitions(this.em).onKafka(topic);
    return {
      published: String(relayed.position),
      publishedState: String(relayed.statePosition),
      partitions: relayed.partitions
        .map(({ partition, lastOffset }) => ({ partition, endOffset: String(lastOffset + 1n) }))
        .sort((a, b) => a.partition - b.partition),
    };
  }
}
