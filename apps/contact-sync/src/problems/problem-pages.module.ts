import { Module } from '@nestjs/common';

import { ProblemPagesController } from './problem-pages.controller.js';

/** What errors mean. */
@Module({ controllers: [ProblemPagesController] })
export class ProblemPagesModule {}
