import { type DocumentedVariable, documentedVariables, secretVariables } from '#platform';

import { lines, table, withBlocks } from './blocks.js';

/** The text of docs/configuration.md. @param page as it is */
export function configurationPage(page: string): string {
  const tables = documentedVariables.map(([section, variables]) => [section, tableOf(variables)] as const);
  return withBlocks(page, new Map([...tables, ['Secrets', secretFiles()]]));
}

function tableOf(variables: readonly DocumentedVariable[]): string {
  return table([
    ['Variable', 'Default', 'Meaning'],
    ...variables.map((variable) => [`\`${variable.name}\``, defaultOf(variable), variable.meaning]),
  ]);
}

function defaultOf({ byDefault, isRequired }: DocumentedVariable): string {
  if (isRequired) return 'required';
  return byDefault === null ? 'none' : `\`${byDefault}\``;
}

function secretFiles(): string {
  const names = [...secretVariables].sort().map((name) => `\`${name}_FILE\``);
  return lines(`There are ${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}.`);
}

/** The text of .env.example: every variable, with a default that could be set. */
export function environmentExample(): string {
  const sections = documentedVariables.map(([section, variables]) =>
    [`## ${section}`, ...variables.map(exampleOf)].join('\n'),
  );
  return `${[HEAD, ...sections, TAIL].join('\n\n')}\n`;
}

const HEAD = `# Made by npm run docs:configuration. Copy to .env and take the # from what you set. An empty value counts as not set.
# docs/configuration.md tells more, also how a secret is read from a file. npm start brings what is required.`;

const TAIL = `## Read by others than the service
# the port of npm run kafka
#KAFKA_PORT=9092
# An authority of your own, NODE_EXTRA_CA_CERTS, belongs into the environment: Node.js reads it before this file.`;

function exampleOf({ name, meaning, byDefault, isRequired }: DocumentedVariable): string {
  // Links lead nowhere from here.
  const plain = meaning.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll(/`([^`]*)`/g, '$1');
  const isMade = byDefault !== null && /[A-Z]{4}/.test(byDefault);
  const standing = isRequired ? ' (required)' : isMade ? ` (default: ${byDefault})` : '';
  return `${lines(`${plain}${standing}`, '# ')}\n#${name}=${isMade ? '' : (byDefault ?? '')}`;
}
