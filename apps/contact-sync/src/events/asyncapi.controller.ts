import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type AsyncApiDocument, asyncApiDocument, topicNames } from '#contact-events';
import { type Configuration } from '#platform';

import { CONFIGURATION } from '../injection-tokens.js';
import { OfAccount } from '../http/account.guard.js';
import { VERSION } from '../version.js';
import { asyncApiPage } from './asyncapi-page.js';

@ApiTags('events')
@Controller('api')
@OfAccount('none')
export class AsyncApiController {
  private readonly document: AsyncApiDocument;

  constructor(@Inject(CONFIGURATION) configuration: Configuration) {
    const { KAFKA_BROKERS: brokers, KAFKA_SASL_MECHANISM: saslMechanism } = configuration;
    this.document = asyncApiDocument({
      version: VERSION,
      topics: topicNames(configuration.KAFKA_TOPIC_PREFIX),
      partitions: configuration.KAFKA_PARTITIONS,
      ...(brokers.length === 0
        ? {}
        : {
            kafka: {
              brokers,
              ssl: configuration.KAFKA_SSL,
              ...(saslMechanism === undefined ? {} : { saslMechanism }),
            },
          }),
    });
  }

  @Get('asyncapi.json')
  @ApiOperation({ summary: 'The Kafka topics and their messages as an AsyncAPI 3 document' })
  @ApiResponse({ status: 200, description: 'AsyncAPI 3.0, with the topics of this installation' })
  json(): AsyncApiDocument {
    return this.document;
  }

  @Get('asyncapi')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
  @ApiOperation({ summary: 'A page over the AsyncAPI document' })
  @ApiResponse({ status: 200, description: 'HTML' })
  page(): string {
    return asyncApiPage(this.document);
  }
}
