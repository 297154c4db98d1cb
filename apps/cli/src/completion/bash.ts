import { type CompletedCommand } from './completed-commands.js';

/** In ~/.bashrc: `source <(contactstream completion bash)`. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path.length > 0).map(({ path }) => `" ${path.join(' ')}"`);
  const values = commands.flatMap(({ path, options }) =>
    options
      .filter((option) => option.values !== null)
      .map(({ word, values: choices, isFile }) => {
        const found = isFile ? 'compgen -f -- "$cur"' : `compgen -W "${choices?.join(' ') ?? ''}" -- "$cur"`;
        return `    "${key(path)}:${word}") COMPREPLY=($(${found})); return ;;`;
      }),
  );
  const words = commands.map(({ path, commands: inner, options, choices }) => {
    const all = [...inner.map(({ word }) => word), ...choices, ...options.map(({ word }) => word)];
    return `    "${key(path)}") words="${all.join(' ')}" ;;`;
  });
  return `# bash completion of contactstream; in ~/.bashrc: source <(contactstream completion bash)
_contactstream() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${paths.join(' | ')}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path:$prev" in
${values.join('\n')}
  esac
  case "$path" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _contactstream contactstream
`;
}

/** As the script has a path: each word behind a space. */
function key(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join('');
}
