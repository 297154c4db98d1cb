import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { configurationVariables, readConfiguration, ROLES } from '#platform';
import { settingsFromEnvironment } from '../apps/people-simulator/src/settings-from-environment.js';
import { NODE_OPTIONS } from '../apps/local/src/node-options.js';
import { KAFKA_VERSION } from '../apps/local/src/kafka/kafka-version.js';

interface ComposeService {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string | number>>;
  readonly healthcheck?: object;
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly deploy?: { readonly replicas: number };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
};

const SECRETS = {
  POSTGRES_PASSWORD: '4f1c',
  API_TOKENS: 'a-token-of-this-whole-test',
  ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
};

/** What files are made from that hold a whole program. */
const BUNDLED = new Map([
  ['apps/cli/contactstream', 'apps/cli/src/main.ts'],
  ['service/main', 'apps/contact-sync/src/main.ts'],
]);

/** One role each. */
const SCALED = ['api', 'scheduler', 'relay', 'projector'];

describe('docker-compose.yml', () => {
  it('sets only variables that the service reads', () => {
    expect(configurationVariables).toEqual(
      expect.arrayContaining(Object.keys(service('contact-sync').environment)),
    );
  });

  it('configures a service that starts, once the secrets are given', () => {
    const configuration = readConfiguration(environmentOf('contact-sync', SECRETS));
    expect(configuration).toMatchObject({
      DATABASE_URL: `postgresql://contactstream:${SECRETS.POSTGRES_PASSWORD}@postgres:5432/contactstream`,
      KAFKA_BROKERS: ['kafka:9092'],
      PEOPLE_API_URL: 'http://people-simulator:8085',
    });
  });

  it('says which parts talk unencrypted, and needs each of these names', () => {
    const names = ['postgres', 'kafka', 'google', 'public'];
    expect(service('contact-sync').environment.ALLOW_PLAINTEXT).toContain(names.join(','));
    for (const name of names) {
      const others = names.filter((other) => other !== name).join(',');
      // Of the public address, what compose leaves as it is leads to loopback; HOST does not.
      expect(() =>
        readConfiguration(environmentOf('contact-sync', { ...SECRETS, ALLOW_PLAINTEXT: others })),
      ).toThrow(`add ${name} to ALLOW_PLAINTEXT`);
    }
  });

  it('lets the service in as a role of its own, which is not the superuser of the image', () => {
    const { username, pathname } = new URL(environmentOf('contact-sync', SECRETS).DATABASE_URL ?? '');
    expect(service('postgres').environment).not.toHaveProperty('POSTGRES_USER');
    const { content } = compose.configs['service-role'] ?? {};
    expect(content).toContain(`create role ${username} login password`);
    expect(content).toContain(`create database ${pathname.slice(1)} owner ${username}`);
    expect(content).toContain('alter role postgres password null');
  });

  it('leads to Google itself where an address is set to nothing', () => {
    const configuration = readConfiguration(
      environmentOf('contact-sync', { ...SECRETS, PEOPLE_API_URL: '' }),
    );
    expect(configuration.PEOPLE_API_URL).toBe('https://people.googleapis.com');
  });

  it('configures a simulator that starts', () => {
    const environment = environmentOf('people-simulator', {});
    expect(settingsFromEnvironment(environment)).toMatchObject({
      host: '0.0.0.0',
      persons: 250,
      churnEveryMs: 30_000,
    });
    const source = readFileSync('apps/people-simulator/src/settings-from-environment.ts', 'utf8');
    expect(Object.keys(environment).filter((name) => !source.includes(`'${name}'`))).toEqual([]);
  });

  it('asks for every secret and holds none', () => {
    const text = readFileSync('docker-compose.yml', 'utf8');
    for (const name of Object.keys(SECRETS)) {
      expect(text).toContain(`\${${name}:?`);
      expect(text).not.toMatch(new RegExp(`\\$\\{${name}:?-`));
    }
  });

  it('checks the health of every part, and keeps the data of those that have some', () => {
    for (const name of ['postgres', 'kafka', 'people-simulator']) {
      expect(service(name).healthcheck).toBeDefined();
      expect(service(name).volumes?.map((volume) => volume.split(':')[0])).toEqual([name]);
      expect(compose.volumes).toHaveProperty(name);
    }
    expect(readFileSync('Dockerfile', 'utf8')).toContain('HEALTHCHECK');
  });

  it('gives a root file system that cannot be written, and no right of root, to what needs neither', () => {
    for (const name of ['people-simulator', 'contact-sync', ...SCALED, 'prometheus', 'grafana']) {
      expect(service(name)).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    }
  });

  it('watches itself where the profile observability is asked for, and else not', () => {
    const profiles = Object.entries(compose.services).map(([name, { profiles: of }]) => [name, of]);
    expect(profiles.filter(([, of]) => of !== undefined)).toEqual([
      ...SCALED.map((name) => [name, ['scaled']]),
      ['prometheus', ['observability']],
      ['grafana', ['observability']],
    ]);
    const mounted = ['prometheus', 'grafana'].flatMap((name) =>
      (service(name).volumes ?? [])
        .filter((volume) => volume.startsWith('./'))
        .map((volume) => volume.split(':')),
    );
    expect(mounted.filter(([file = '', , mode]) => !existsSync(file) || mode !== 'ro')).toEqual([]);
    // Where one part looks for another, or for a file of ours, there it is.
    expect(yaml('ops/prometheus.yml')).toMatchObject({
      scrape_configs: [
        { static_configs: [{ targets: [`contact-sync:${service('contact-sync').environment.PORT}`] }] },
      ],
    });
    expect(yaml('ops/grafana/provisioning/datasources/prometheus.yaml')).toMatchObject({
      datasources: [{ type: 'prometheus', url: 'http://prometheus:9090' }],
    });
    const { providers } = yaml('ops/grafana/provisioning/dashboards/contactstream.yaml') as {
      providers: { options: { path: string } }[];
    };
    const dashboard = `${providers[0]?.options.path ?? ''}/contactstream.json`;
    expect(mounted).toContainEqual(['./ops/grafana/contactstream.json', dashboard, 'ro']);
    expect(service('grafana').environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH).toBe(dashboard);
  });

  it('runs two processes or three of each role where the profile scaled is asked for', () => {
    const processes = ['contact-sync', ...SCALED].flatMap((name) => {
      const { ROLES } = readConfiguration(environmentOf(name, { ...SECRETS, ROLES: 'api' }));
      return Array.from({ length: service(name).deploy?.replicas ?? 1 }, () => [...ROLES].join());
    });
    const counts = Object.fromEntries(
      ROLES.map((role) => [role, processes.filter((roles) => roles === role).length]),
    );
    expect(counts).toEqual({ api: 2, scheduler: 3, relay: 2, projector: 3 });
    // Settings that processes share are the same.
    for (const name of SCALED) {
      expect({ ...service(name).environment, ROLES: '' }).toEqual({
        ...service('contact-sync').environment,
        ROLES: '',
      });
    }
    // A port of this machine is one process's.
    const published = Object.values(compose.services).flatMap(({ ports = [], deploy }) =>
      ports.flatMap((port) => Array.from({ length: deploy?.replicas ?? 1 }, () => port.split(':')[1])),
    );
    expect(new Set(published).size).toBe(published.length);
  });

  it('works in every role, where no role is named', () => {
    expect([...readConfiguration(environmentOf('contact-sync', SECRETS)).ROLES]).toEqual(ROLES);
  });

  it('runs the Kafka that the suites run on', () => {
    expect(service('kafka').image).toBe(`apache/kafka:${KAFKA_VERSION}`);
  });
});

describe('the image', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8');

  it('is built from what exists, and from nothing that .dockerignore leaves out', () => {
    const included = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, sources]) => sources?.split(' ') ?? [],
    );
    expect(copied.sort()).toEqual(included.sort());
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('says what it is, as package.json does, and is not run by root', () => {
    const { version, description, license } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      string,
      string
    >;
    const labels = new Map(
      [...dockerfile.matchAll(/org\.opencontainers\.image\.(\w+)="([^"]*)"/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    expect(Object.fromEntries(labels)).toEqual({
      title: 'contactstream',
      description,
      version,
      licenses: license,
      revision: '$REVISION',
      source: '$SOURCE',
    });
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });

  it('runs programs that the build makes', () => {
    const commands = [
      dockerfile,
      ...Object.values(compose.services).flatMap(({ command = [] }) => command),
    ].join('\n');
    const programs = [...commands.matchAll(/dist\/(\S+?)\.js/g)].map(
      ([, program = '']) => BUNDLED.get(program) ?? `${program}.ts`,
    );
    expect(programs.sort()).toEqual([
      'apps/cli/src/main.ts',
      'apps/contact-sync/src/main.ts',
      'apps/people-simulator/src/main.ts',
    ]);
    expect(programs.filter((program) => !existsSync(program))).toEqual([]);
  });

  it('runs them as npm start does, and as npm run start:service does', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };
    for (const option of NODE_OPTIONS) {
      expect(dockerfile).toContain(`"${option}"`);
      expect(scripts['start:service']).toContain(` ${option} `);
    }
  });
});

function yaml(file: string): unknown {
  return parse(readFileSync(file, 'utf8'));
}

function service(name: string): ComposeService {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service "${name}"`);
  return found;
}

/** A service's environment, with `${NAME}`, `${NAME:-default}`, `${NAME-default}` and `${NAME:?…}` filled in as compose does. */
function environmentOf(name: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const fill = (text: string): string =>
    text.replace(
      /\$\{(\w+)(?:(:?)([-?])([^}]*))?\}/g,
      (_, variable: string, colon: string, kind: string, rest: string) => {
        const value = given[variable];
        const isGiven = colon === ':' ? Boolean(value) : value !== undefined;
        if (isGiven) return value ?? '';
        if (kind === '?') throw new Error(`${variable} is required: ${rest}`);
        return kind === '-' ? rest : '';
      },
    );
  return Object.fromEntries(
    Object.entries(service(name).environment).map(([key, value]) => [key, fill(String(value))]),
  );
}
