import { setTimeout as delay } from 'node:timers/promises';

import {
  Controller,
  Get,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  ServiceUnavailableException,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { CodedError, DatabasePulse } from '#platform';

import { Problems } from '../http/problem-answers.js';

/** How long the database may take to answer; whoever asks is told within two seconds. */
export const ANSWER_MS = 1_500;

@ApiTags('health')
@Controller('health')
export class HealthController implements OnModuleDestroy, OnApplicationShutdown {
  private stopping = false;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly pulse: DatabasePulse,
  ) {}

  /** The first thing that a stop calls: whoever sends requests here learns of it while running work is ended. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  onApplicationShutdown(): Promise<void> {
    return this.pulse.close();
  }

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Kafka is not asked: while it is down, syncs and reads go on, and what is late shows in the status. */
  @Get('ready')
  @ApiOperation({ summary: 'The process can do its work: its database answers, and it is not stopping' })
  @Problems('not-ready', 'service-stopping')
  @HealthCheck()
  async ready(): Promise<HealthCheckResult> {
    if (this.stopping) throw new CodedError('service-stopping', 'The service is stopping.');
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
