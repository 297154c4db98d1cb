import { type Command, type Option } from 'commander';

/** What can be typed behind a command. */
export interface CompletedCommand {
  /** The words behind `contactstream`; none: the program itself. */
  readonly path: readonly string[];
  readonly commands: readonly CompletedWord[];
  readonly options: readonly CompletedOption[];
  /** What its first argument may be; empty: anything. */
  readonly choices: readonly string[];
}

interface CompletedWord {
  readonly word: string;
  readonly description: string;
}

interface CompletedOption extends CompletedWord {
  /** null: it takes no value; empty: any. */
  readonly values: readonly string[] | null;
  readonly isFile: boolean;
}

/** The program and all of its commands. */
export function completedCommands(
  program: Command,
  path: readonly string[] = [],
): readonly CompletedCommand[] {
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  const globals =
    program.configureHelp().showGlobalOptions === false ? [] : help.visibleGlobalOptions(program);
  const inner = program.commands.flatMap((command) => completedCommands(command, [...path, command.name()]));
  return [
    {
      path,
      commands: commands.map((command) => ({
        word: command.name(),
        description: command.summary() || command.description(),
      })),
      options: [...help.visibleOptions(program), ...globals].flatMap(completedOption),
      choices: program.registeredArguments[0]?.argChoices ?? [],
    },
    ...inner,
  ];
}

function completedOption({ long, description, required, optional, argChoices }: Option): CompletedOption[] {
  if (long == null) return [];
  const takesValue = required || optional;
  return [
    {
      word: long,
      description,
      values: takesValue ? (argChoices ?? []) : null,
      isFile: long.endsWith('-file'),
    },
  ];
}
