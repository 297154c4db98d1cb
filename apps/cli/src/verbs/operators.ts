import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { type Command } from 'commander';

import { Failure } from '../failures.js';
import { examples } from './examples.js';

/** What the programs that work on the database have as their door. */
interface OperatorProgram {
  run(options: Readonly<Record<string, unknown>>): Promise<void>;
}

/** From the built command line, in dist. */
const PROGRAMS = {
  migrate: '../contact-sync/src/migrate.js',
  keys: '../contact-sync/src/keys.js',
  'recover-log': '../../tools/log-recovery/src/main.js',
  'recover-snapshots': '../contact-sync/src/recover-snapshots.js',
  replay: '../../tools/replay-events/src/main.js',
} as const;

const DATABASE = [
  'DATABASE_URL          the database',
  'DATABASE_DIRECT_URL   past a pooler, if there is one',
  'ALLOW_PLAINTEXT       what may be reached without TLS',
];
const KAFKA = ['KAFKA_BROKERS, KAFKA_…  Kafka, as the service has it'];

/**
 * The commands of operators: they work on the database and on Kafka, by the variables of the service, and not over REST.
 * Their programs are loaded when one is asked for, so that the other verbs need nothing that these need.
 */
export function addOperators(program: Command): void {
  operator(program, 'migrate')
    .summary('bring the schema up to date')
    .description('Brings the schema of the database up to date.')
    .addHelpText(
      'after',
      needs([...DATABASE, 'DATABASE_MIGRATE_URL  the role that migrates, if it is another']),
    )
    .addHelpText('after', examples('contactstream migrate'))
    .action(() => start('migrate', {}));

  const keys = program
    .command('keys')
    .configureHelp({ showGlobalOptions: false })
    .summary('the keys that encrypt sign-ins')
    .description('The keys of ENCRYPTION_KEY, by which the sign-ins of accounts are encrypted.');
  const keysNeed = needs([...DATABASE, 'ENCRYPTION_KEY        the keys, the first of which encrypts']);
  operator(keys, 'status')
    .summary('how many sign-ins are encrypted with which key')
    .description('How many sign-ins are encrypted with which key.')
    .addHelpText('after', keysNeed)
    .addHelpText('after', examples('contactstream keys status'))
    .action(() => start('keys', { command: 'status' }));
  operator(keys, 'rotate')
    .summary('encrypt all sign-ins with the first key')
    .description('Encrypts all sign-ins with the first key of ENCRYPTION_KEY, beside running processes.')
    .addHelpText('after', keysNeed)
    .addHelpText('after', examples('contactstream keys rotate'))
    .action(() => start('keys', { command: 'rotate' }));
  operator(keys, 'forget')
    .summary('drop the sign-ins of a lost key')
    .description('Drops the sign-ins that a lost key encrypts; their accounts must sign in again.')
    .argument('<key>', 'the id of the key')
    .addHelpText('after', keysNeed)
    .addHelpText('after', examples('contactstream keys forget 75ec28b1c37fb09b'))
    .action((keyId: string) => start('keys', { command: 'forget', keyId }));

  operator(program, 'recover-log')
    .summary('fill a restored log from Kafka')
    .description(
      'Gives a database that was restored from a backup the events back that it has lost and that Kafka still holds. ' +
        'Stop the service first.',
    )
    .option('--dry-run', 'write nothing; show what would be done')
    .addHelpText(
      'after',
      needs([
        ...DATABASE,
        ...KAFKA,
        'ENCRYPTION_KEY, …      whatever else the service asks for at its start',
      ]),
    )
    .addHelpText('after', examples('contactstream recover-log --dry-run', 'contactstream recover-log'))
    .action((options: { dryRun?: boolean }) => start('recover-log', options));

  operator(program, 'recover-snapshots')
    .summary('make damaged snapshots anew from the log')
    .description(
      'Makes those snapshots of contacts anew, by which syncs decide what changed, that are not what the log says: verify tells ' +
        'of them. Where there are any, syncs that are going on are cancelled.',
    )
    .addHelpText('after', needs(DATABASE))
    .addHelpText('after', examples('contactstream recover-snapshots'))
    .action(() => start('recover-snapshots', {}));

  operator(program, 'replay')
    .summary('publish stored events again')
    .description(
      'Publishes stored events again, to a topic of their own: same ids, bytes, headers and keys, in log order. The topic is made ' +
        'with KAFKA_PARTITIONS partitions if it is missing.',
    )
    .requiredOption('--topic <name>', 'where to')
    .option('--from <position>', 'first position of the log (else: the first)')
    .option('--to <position>', 'last position of the log (else: the last one now)')
    .option('--account <id>', 'only the events of this account')
    .option('--rate <number>', 'messages a second, at most')
    .addHelpText(
      'after',
      needs([
        ...DATABASE,
        ...KAFKA,
        'PUBLIC_URL             for the links in events',
        'OTEL_…                 as the service has them, for the traces of events',
      ]),
    )
    .addHelpText(
      'after',
      examples('contactstream replay --topic contacts.for-the-crm --from 1 --to 250000 --rate 2000'),
    )
    .action((options: Readonly<Record<string, string>>) => start('replay', options));
}

/** None of the options by which the others find the service. */
function operator(parent: Command, name: string): Command {
  return parent.command(name).configureHelp({ showGlobalOptions: false });
}

function needs(variables: readonly string[]): string {
  const lines = variables.map((line) => `  ${line}`).join('\n');
  return `\nVariables, from the environment or .env (docs/configuration.md):\n${lines}\n\nEnds with 78 where one is bad or missing.\n`;
}

/** What the database's packages need. */
const OLDEST_NODE = 22;

async function start(name: keyof typeof PROGRAMS, options: Readonly<Record<string, unknown>>): Promise<void> {
  const file = new URL(PROGRAMS[name], import.meta.url);
  if (!existsSync(fileURLToPath(file))) {
    throw new Failure(`${name} works on the database of the service, and is not part of this package.`, {
      next: `Run it where the service is: npx contactstream ${name} in the project, contactstream ${name} in the image`,
    });
  }
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new Failure(`${name} needs Node.js ${OLDEST_NODE} or newer; this is ${process.version}.`, {
      next: `Run it with the one that the project brings: npm run ${name}`,
    });
  }
  const program = (await import(/* @vite-ignore */ file.href)) as OperatorProgram;
  await program.run(options);
}
