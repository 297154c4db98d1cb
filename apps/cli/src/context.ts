import { type Command } from 'commander';

import { type Api, apiOf, type Connection, connectionTo, type Where } from './rest/service.js';
import { output, type Output } from './terminal/output.js';
import { type Screen, screenOf } from './terminal/screen.js';

/** Options of every verb that asks the service. */
export interface GlobalOptions extends Where {
  readonly json?: boolean;
}

/** What a verb works with. */
export interface Context extends Output {
  readonly api: Api;
  readonly connection: Connection;
  readonly screen: Screen;
  readonly json: boolean;
}

/** @throws Failure for an address or a token file that is of no use */
export function contextOf(command: Command): Context {
  const { json = false, ...where } = command.optsWithGlobals<GlobalOptions>();
  const connection = connectionTo(where, process.env);
  return {
    ...output,
    api: apiOf(connection),
    connection,
    screen: screenOf(process.stdout, process.env),
    json,
  };
}
