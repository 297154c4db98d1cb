import { Module } from '@nestjs/common';

import { EventStreams } from './event-streams.js';

/** What answers with a stream of events. */
@Module({
  providers: [{ provide: EventStreams, useFactory: () => new EventStreams() }],
  exports: [EventStreams],
})
export class ServerSentModule {}
