import { Module } from '@nestjs/common';

import { ProjectionModule } from '../projection/projection.module.js';
import { PositionsController } from './positions.controller.js';

@Module({ imports: [ProjectionModule], controllers: [PositionsController] })
export class PositionsModule {}
