import { Module } from '@nestjs/common';

import { AsyncApiController } from './asyncapi.controller.js';
import { EventsController } from './events.controller.js';
import { SchemasController } from './schemas.controller.js';

/** The event log as consumers get it, and what they may count on. */
@Module({ controllers: [EventsController, AsyncApiController, SchemasController] })
export class EventsModule {}
