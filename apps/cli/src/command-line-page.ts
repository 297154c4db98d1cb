import { type Command } from 'commander';

import { EXIT_CODES } from './exit-codes.js';
import { commandsOf, pathOf, programOf } from './program.js';

/** docs/command-line.md: the help of every command, as the program prints it where there is no terminal. */
export function commandLinePage(): string {
  const program = programOf('');
  const commands = [program, ...commandsOf(program)];
  const codes = EXIT_CODES.map(([code, means]) => `| ${code} | ${means} |`).join('\n');
  return `<!-- Made from the program: npm run docs:command-line -->

# Command line

\`contactstream\` asks the service over REST, and does what the page does. In the project it is \`npx contactstream\`, in the
image \`contactstream\`; elsewhere it comes as [a package of its own](#elsewhere).

\`\`\`sh
export CONTACTSTREAM_URL=http://127.0.0.1:3000    # where the service is; this is the default
export CONTACTSTREAM_TOKEN=cst_…                  # an API token, where the service asks for one
contactstream status
\`\`\`

- A token stands in \`CONTACTSTREAM_TOKEN\` or in a file (\`--token-file\`), never on the command line, where other users of the
  machine see it.
- \`--json\` prints the service's answer unchanged, one a line; a list of several pages is a line a page, a stream a line a message.
  An error is printed as the service told it, on standard output; in words it stands on standard error.
- On a terminal, tables are cut to its width, and times are told as they are from now; elsewhere nothing is cut. Colours are
  for terminals, and \`NO_COLOR\` takes them away.
- Lists have 50 items unless \`--limit\` says otherwise; \`--all\` takes every page, \`--cursor\` goes on where a list ended.
- An account is named by its id, its e-mail address, its reference or its name, each in full.
- What cannot be taken back asks for a word to be typed. Where there is no terminal nobody is asked: \`--yes\` says that it is
  meant, and without it nothing is done (exit code 2).
- What follows (\`--follow\`, \`events tail\`) comes back by itself where the connection breaks, behind the last message, for up to
  ten minutes. Ctrl-C ends the following, never the run.
- \`migrate\`, \`recover-log\`, \`replay\` and \`keys\` work on the database and on Kafka by the
  [variables](configuration.md) of the service, and are there in the project and in the image alone.

## Exit codes

| Code | Means |
| --- | --- |
${codes}

The commands of operators also end with 78 where a variable is bad or missing.

## Elsewhere

\`\`\`sh
npm run build
npm pack ./dist/apps/cli                          # contactstream-….tgz, without dependencies
npm install ./contactstream-….tgz                 # in any folder, with Node.js 20 or newer
npx contactstream status
\`\`\`

## Commands

${commands.map(section).join('\n')}`;
}

function section(command: Command): string {
  return `### \`${pathOf(command)}\`

\`\`\`
${helpOf(command).trimEnd()}
\`\`\`
`;
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}
