import { join } from 'node:path';
import { childEnvironment } from './child-environment.js';
import { startProgram, type Program } from './program.js';
import { rememberedPort } from './remembered-port.js';
import { setting } from './setting.js';

/** Enough to look like an address book, and quickly synced. */
const DEMO_PERSONS = 250;

const OWN_VARIABLES = /^(?:SIMULATOR_\w+|NODE_OPTIONS)$/;
/** Id and secret of the one client that it knows. */
const CLIENT = 'people-simulator';

/** The service's own address, as the service makes it out of the same variables. */
function publicUrl(): string {
  const host = setting('HOST') ?? '127.0.0.1';
  const own = `http://${host.includes(':') ? `[${host}]` : host}:${setting('PORT') ?? 3000}`;
  return (setting('PUBLIC_URL') ?? own).replace(/\/+$/, '');
}

/** Starts the stand-in for Google: a People API server with demo persons, one of which changes now and then. */
export async function startPeopleSimulator(entry: string, dataDir: string): Promise<Program> {
  const folder = join(dataDir, 'people-simulator');
  return startProgram({
    name: 'The people simulator',
    entry,
    showOutput: false,
    env: {
      ...childEnvironment(OWN_VARIABLES),
      SIMULATOR_PORT: String(await rememberedPort(join(dataDir, 'people-simulator.port'))),
      SIMULATOR_DATA_DIR: folder,
      SIMULATOR_PERSONS: String(DEMO_PERSONS),
      SIMULATOR_CHURN_INTERVAL: '30s',
      SIMULATOR_CLIENT_ID: CLIENT,
      SIMULATOR_CLIENT_SECRET: CLIENT,
      SIMULATOR_REDIRECT_URIS: `${publicUrl()}/api/auth/google/callback`,
    },
  });
}

/** What the service needs to take the simulator for Google, with a demo account that has signed in already. */
export function simulatedGoogle(url: string): NodeJS.ProcessEnv {
  return {
    GOOGLE_CLIENT_ID: CLIENT,
    GOOGLE_CLIENT_SECRET: CLIENT,
    GOOGLE_REFRESH_TOKEN: 'demo-refresh-token',
    PEOPLE_API_URL: url,
    GOOGLE_OAUTH_AUTH_URL: new URL('/o/oauth2/v2/auth', url).href,
    GOOGLE_OAUTH_TOKEN_URL: new URL('/token', url).href,
    GOOGLE_OAUTH_REVOKE_URL: new URL('/revoke', url).href,
  };
}
