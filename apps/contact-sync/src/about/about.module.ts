import { Module } from '@nestjs/common';

import { AboutController } from './about.controller.js';

/** What this service is. */
@Module({ controllers: [AboutController] })
export class AboutModule {}
