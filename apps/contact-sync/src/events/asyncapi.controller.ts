import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type AsyncApiDocument, asyncApiDocument, topicNames } from '#contact-events';
import { type Configuration } from '#platform';
import { type Response } from 'express';

import { pageHeaders } from '../http/page-headers.js';
import { CONFIGURATION } from '../injection-tokens.js';
import { OfAccount } from '../http/account.guard.js';
import { VERSION } from '../version.js';
import { asyncApiPage } from './asyncapi-page.js';
import { ASYNCAPI_STYLE } from './asyncapi-style.js';

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
  @ApiOperation({ summary: 'A page over the AsyncAPI document' })
  @ApiResponse({ status: 200, description: 'HTML' })
  page(@Res({ passthrough: true }) response: Response): string {
    response.set(pageHeaders(ASYNCAPI_STYLE));
    return asyncApiPage(this.document);
  }
}
