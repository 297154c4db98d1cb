import { type SimulatorOptions } from './simulator-options.js';

/** A variable has a value that it cannot have. */
export class SettingUnusable extends Error {
  override name = 'SettingUnusable';
}

/** What `npm start` and docker-compose.yml give the service for the simulator. */
const OWN_CLIENT_ID = 'people-simulator';

const UNITS: Partial<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads the options from the variables `SIMULATOR_…`. @throws SettingUnusable, which names the variable */
export function settingsFromEnvironment(environment: NodeJS.ProcessEnv): SimulatorOptions {
  const text = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  const whole = (name: string, fallback: number, largest: number): number => {
    const given = text(name);
    if (given === undefined) return fallback;
    if (!/^\d{1,10}$/.test(given) || Number(given) > largest) {
      throw new SettingUnusable(`${name} is "${given}"; allowed is a whole number from 0 to ${largest}`);
    }
    return Number(given);
  };
  const churnEveryMs = intervalOf('SIMULATOR_CHURN_INTERVAL', text('SIMULATOR_CHURN_INTERVAL'));
  refuseRealCredentials(environment);
  return {
    host: text('SIMULATOR_HOST') ?? '127.0.0.1',
    port: whole('SIMULATOR_PORT', 8_085, 65_535),
    dataDir: text('SIMULATOR_DATA_DIR') ?? '.data/people-simulator',
    persons: whole('SIMULATOR_PERSONS', 250, 1_000_000),
    ...(text('SIMULATOR_SEED') !== undefined && { seed: whole('SIMULATOR_SEED', 0, 0x7fffffff) }),
    ...(churnEveryMs !== undefined && { churnEveryMs }),
    ...clientOf(
      text('SIMULATOR_CLIENT_ID'),
      text('SIMULATOR_CLIENT_SECRET'),
      text('SIMULATOR_REDIRECT_URIS'),
    ),
    accessTokenLifetimeSeconds: whole('SIMULATOR_ACCESS_TOKEN_LIFETIME_SECONDS', 3_599, 1_000_000),
    syncTokenLifetimeSeconds: whole('SIMULATOR_SYNC_TOKEN_LIFETIME_SECONDS', 604_800, 100_000_000),
  };
}

function clientOf(
  id: string | undefined,
  secret: string | undefined,
  redirectUris: string | undefined,
): Pick<SimulatorOptions, 'clients'> {
  if (id === undefined) return {};
  const registered = redirectUris?.split(',').map((uri) => uri.trim());
  const unusable = registered?.find((uri) => !URL.canParse(uri));
  if (unusable !== undefined) {
    throw new SettingUnusable(`SIMULATOR_REDIRECT_URIS holds "${unusable}"; allowed is a comma list of URLs`);
  }
  return {
    clients: [
      {
        id,
        ...(secret !== undefined && { secret }),
        ...(registered !== undefined && { redirectUris: registered }),
      },
    ],
  };
}

/** A service in the same environment would send its credentials for Google here. */
function refuseRealCredentials({ GOOGLE_CLIENT_ID: id }: NodeJS.ProcessEnv): void {
  if (id === undefined || id.trim() === '' || id.trim() === OWN_CLIENT_ID) return;
  throw new SettingUnusable(
    'GOOGLE_CLIENT_ID is set: with a Google client of your own there is no use for the people simulator. Unset it, or ask Google itself.',
  );
}

function intervalOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === 'off') return undefined;
  const parts = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  const milliseconds = Number(parts?.[1]) * (UNITS[parts?.[2] ?? ''] ?? 0);
  if (!(milliseconds >= 1 && milliseconds <= 0x7fffffff)) {
    throw new SettingUnusable(
      `${name} is "${text}"; allowed is off, or a number and ms, s, m, h or d, such as 30s`,
    );
  }
  return milliseconds;
}
