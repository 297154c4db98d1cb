import { Argument, type Command } from 'commander';

import { bashCompletion } from '../completion/bash.js';
import { type CompletedCommand, completedCommands } from '../completion/completed-commands.js';
import { fishCompletion } from '../completion/fish.js';
import { zshCompletion } from '../completion/zsh.js';
import { output } from '../terminal/output.js';
import { examples } from './examples.js';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const satisfies Readonly<
  Record<string, (commands: readonly CompletedCommand[]) => string>
>;

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .summary('what a shell needs to complete commands')
    .description('Prints a script by which a shell completes commands, options and their values.')
    .addArgument(new Argument('<shell>', 'which one').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      examples(
        'source <(contactstream completion bash)     # in ~/.bashrc',
        'source <(contactstream completion zsh)      # in ~/.zshrc, behind compinit',
        'contactstream completion fish > ~/.config/fish/completions/contactstream.fish',
      ),
    )
    .action(async (shell: keyof typeof SHELLS) => {
      await output.print(SHELLS[shell](completedCommands(program)));
    });
}
