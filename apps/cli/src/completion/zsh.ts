import { type CompletedCommand } from './completed-commands.js';

/** In ~/.zshrc, behind compinit: `source <(contactstream completion zsh)`. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path.length > 0).map(({ path }) => `' ${path.join(' ')}'`);
  const values = commands.flatMap(({ path, options }) =>
    options
      .filter((option) => option.values !== null)
      .map(({ word, values: choices, isFile }) => {
        const found = isFile ? '_files' : `compadd -- ${choices?.join(' ') ?? ''}`;
        return `    '${key(path)}:${word}') ${found}; return ;;`;
      }),
  );
  const words = commands.map(({ path, commands: inner, options, choices }) => {
    const described = [...inner, ...choices.map((word) => ({ word, description: '' })), ...options];
    return `    '${key(path)}') found=(${described.map(({ word, description }) => quoted(word, description)).join(' ')}) ;;`;
  });
  return `#compdef contactstream
# zsh completion of contactstream; in ~/.zshrc, behind compinit: source <(contactstream completion zsh)
_contactstream() {
  local at='' i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$at $words[i]" in
      ${paths.join(' | ')}) at="$at $words[i]" ;;
    esac
  done
  case "$at:$words[CURRENT-1]" in
${values.join('\n')}
  esac
  case "$at" in
${words.join('\n')}
  esac
  _describe -o contactstream found
}
compdef _contactstream contactstream
`;
}

function key(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join('');
}

function quoted(word: string, description: string): string {
  const text = description === '' ? word : `${word}:${description}`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
