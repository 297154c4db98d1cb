import { Module } from '@nestjs/common';
import { type Configuration } from '#platform';

import { AccountsModule } from '../accounts/accounts.module.js';
import { CONFIGURATION } from '../injection-tokens.js';
import { PeopleSimulator } from './people-simulator.js';
import { SimulatorController } from './simulator.controller.js';

/** What a first look at the service takes, where Google is simulated. */
@Module({
  imports: [AccountsModule],
  controllers: [SimulatorController],
  providers: [
    {
      provide: PeopleSimulator,
      inject: [CONFIGURATION],
      useFactory: ({ PEOPLE_API_URL }: Configuration) => new PeopleSimulator(PEOPLE_API_URL),
    },
  ],
})
export class SimulatorModule {}
