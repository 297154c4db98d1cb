import { Module } from '@nestjs/common';

import { ServerSentModule } from '../http/server-sent/server-sent.module.js';
import { AsyncApiController } from './asyncapi.controller.js';
import { EventStreamController } from './event-stream.controller.js';
import { EventTails } from './event-tails.js';
import { EventsController } from './events.controller.js';
import { SchemasController } from './schemas.controller.js';

/** The event log as consumers get it, and what they may count on. */
@Module({
  imports: [ServerSentModule],
  controllers: [EventsController, EventStreamController, AsyncApiController, SchemasController],
  providers: [EventTails],
})
export class EventsModule {}
