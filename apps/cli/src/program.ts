import { Command } from 'commander';

import { EXIT_CODES } from './exit-codes.js';
import { VERBS } from './verbs/verbs.js';

/** Columns of a help text off a terminal. */
const PAGE_WIDTH = 100;

/** @param version of the program */
export function programOf(version: string): Command {
  const program: Command = new Command('contactstream')
    .description(
      'What a contactstream does, and what it waits for: syncs, contacts, accounts and whatever needs a person.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--url <address>', 'the service (CONTACTSTREAM_URL; else http://127.0.0.1:3000)')
    .option('--token-file <file>', 'a file that holds the API token (else CONTACTSTREAM_TOKEN)')
    .option('--json', "print the service's answer as it is, JSON")
    .option('--reason <text>', 'why, for the audit of what is changed')
    .configureHelp({
      showGlobalOptions: true,
      // Those by which the service is found: `runs cancel` has none of the options of `runs`.
      visibleGlobalOptions: (command) =>
        command.parent === null ? [] : program.options.filter(({ long }) => long !== '--version'),
    })
    .configureOutput({
      getOutHelpWidth: () => widthOf(process.stdout),
      getErrHelpWidth: () => widthOf(process.stderr),
      outputError: (text, write) => {
        write(text.replace(/^error: /, 'contactstream: '));
      },
    })
    .exitOverride();
  for (const add of VERBS) add(program);
  program.addHelpText('after', `\nExit codes:\n${exitCodes()}\n`);
  return program;
}

function widthOf({ isTTY, columns }: NodeJS.WriteStream): number {
  return isTTY ? columns : PAGE_WIDTH;
}

function exitCodes(): string {
  return EXIT_CODES.map(([code, means]) => `  ${String(code).padStart(3)}  ${means}`).join('\n');
}

/** Every command, with those that it is in. */
export function commandsOf(program: Command): readonly Command[] {
  return program.commands.flatMap((command) => [command, ...commandsOf(command)]);
}

/** Such as `contactstream runs cancel`. */
export function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
