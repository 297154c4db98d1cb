import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { hasKafka } from '#kafka';
import { type Configuration, formatDuration, isOpenToAnyone, ROLES, SCOPES } from '#platform';
import { z } from 'zod';

import { OfAccount } from '../http/account.guard.js';
import { openApiSchema } from '../http/answers.js';
import { AskedBy, type Principal } from '../http/principal.js';
import { CONFIGURATION } from '../injection-tokens.js';
import { VERSION } from '../version.js';
import { simulatorUrl } from './simulated-google.js';

const aboutSchema = z.object({
  name: z.literal('contactstream'),
  version: z.string(),
  node: z.string().describe('The version of Node.js'),
  roles: z.array(z.enum(ROLES)).describe('Of the process that answers'),
  startedAt: z.iso.datetime().describe('When that process started'),
  publicUrl: z.string(),
  kafka: z.boolean(),
  google: z.enum(['real', 'simulated']),
  simulatorControl: z.url().nullable().describe('Where a simulated Google is told what to do'),
  schedule: z
    .object({
      interval: z.string().nullable().describe('null: only accounts with an interval of their own'),
      cron: z.string().nullable().describe('In place of all intervals'),
      fullInterval: z.string(),
    })
    .describe('When accounts are synced'),
  deletionGuard: z
    .object({ share: z.number(), count: z.int() })
    .nullable()
    .describe('Deletions beyond both are held; null: none are for their number'),
  authentication: z.enum(['open', 'tokens']).describe('open: nobody has to say who they are'),
  oidc: z.boolean().describe('Whether people sign in by OpenID Connect'),
  principal: z
    .object({ name: z.string(), scopes: z.array(z.enum(SCOPES)), accountId: z.uuid().nullable() })
    .describe('Who asks'),
});

@ApiTags('about')
@Controller('api/about')
export class AboutController {
  private readonly startedAt = new Date(Date.now() - process.uptime() * 1_000).toISOString();

  constructor(@Inject(CONFIGURATION) private readonly configuration: Configuration) {}

  @Get()
  @OfAccount('none')
  @ApiOperation({ summary: 'What this service is, how it is set, and who asks' })
  @ApiResponse({ status: 200, description: 'The service', schema: openApiSchema(aboutSchema) })
  about(@AskedBy() { name, scopes, accountId }: Principal): z.infer<typeof aboutSchema> {
    const { configuration } = this;
    const simulator = simulatorUrl(configuration);
    const { SYNC_INTERVAL: interval, SYNC_CRON: cron = null, FULL_SYNC_INTERVAL } = configuration;
    return {
      name: 'contactstream',
      version: VERSION,
      node: process.versions.node,
      roles: ROLES.filter((role) => configuration.ROLES.has(role)),
      startedAt: this.startedAt,
      publicUrl: configuration.PUBLIC_URL,
      kafka: hasKafka(configuration),
      google: simulator === null ? 'real' : 'simulated',
      simulatorControl: simulator === null ? null : `${simulator}/control`,
      schedule: {
        interval: interval === null ? null : formatDuration(interval),
        cron,
        fullInterval: formatDuration(FULL_SYNC_INTERVAL),
      },
      deletionGuard: configuration.DELETION_GUARD,
      authentication: isOpenToAnyone(configuration) ? 'open' : 'tokens',
      oidc: configuration.OIDC_ISSUER !== undefined,
      principal: { name, scopes: SCOPES.filter((scope) => scopes.has(scope)), accountId },
    };
  }
}
