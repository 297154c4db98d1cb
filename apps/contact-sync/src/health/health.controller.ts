import { setTimeout as delay } from 'node:timers/promises';

import {
  Controller,
  Get,
  Inject,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  ServiceUnavailableException,
} from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { CodedError, type Configuration, DatabasePulse } from '#platform';
import { z } from 'zod';

import { CONFIGURATION } from '../injection-tokens.js';
import { openApiSchema } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { FailingWork } from './failing-work.js';

/** How long the database may take to answer; whoever asks is told within two seconds. */
export const ANSWER_MS = 1_500;

const looked = z.record(z.string(), z.object({ status: z.enum(['up', 'down']) }));

const readyAnswer = z.object({ status: z.literal('ok'), info: looked, error: looked, details: looked });

@ApiTags('health')
@Controller('health')
export class HealthController implements OnModuleDestroy, OnApplicationShutdown {
  private stopping = false;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly pulse: DatabasePulse,
    private readonly failing: FailingWork,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /** The first thing that a stop calls: whoever sends requests here learns of it while running work is ended. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  onApplicationShutdown(): Promise<void> {
    this.failing.stop();
    return this.pulse.close();
  }

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Kafka counts where nothing goes on without it; else syncs and reads do, and what is late shows in the status. */
  @Get('ready')
  @ApiOperation({
    summary:
      'The process can do its work: its database answers, it is not stopping, and where it relays or projects alone, that gets on',
  })
  @ApiResponse({ status: 200, description: 'It can', schema: openApiSchema(readyAnswer) })
  @Problems('not-ready', 'service-stopping')
  // Else it describes the answer by itself, and for that loads a second Nest beside the bundled one.
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  async ready(): Promise<HealthCheckResult> {
    if (this.stopping) throw new CodedError('service-stopping', 'The service is stopping.');
    const { ROLES } = this.configuration;
    if (!ROLES.has('api') && !ROLES.has('scheduler') && this.failing.first !== null) {
      throw new CodedError('not-ready', `The work of this process fails: ${this.failing.first}.`);
    }
    try {
      return await this.health.check([() => this.database()]);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      throw new CodedError('not-ready', 'PostgreSQL does not answer.');
    }
  }

  private async database(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('database');
    const inTime = new AbortController();
    // The limit of an answer alone would let it wait for a connection.
    const answers = await Promise.race([
      this.pulse.answers(),
      delay(ANSWER_MS, false, { signal: inTime.signal }),
    ]).catch(() => false);
    inTime.abort();
    return answers ? indicator.up() : indicator.down({ reason: 'PostgreSQL does not answer' });
  }
}
