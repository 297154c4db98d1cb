import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly em: SqlEntityManager,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Kafka is not asked: while it is down, syncs and reads go on, and what is late shows in the status. */
  @Get('ready')
  @HealthCheck()
  @ApiOperation({ summary: 'The process can do its work: its database answers' })
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.database()]);
  }

  private async database(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('database');
    try {
      await boundSql(this.em.fork(), 'select 1');
      return indicator.up();
    } catch {
      return indicator.down({ reason: 'PostgreSQL does not answer' });
    }
  }
}
