import { type Command } from 'commander';

export function addOperators(program: Command): void {
  program.command('migrate');
}
