import { type CompletedCommand } from './completed-commands.js';

/** `contactstream completion fish > ~/.config/fish/completions/contactstream.fish` */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path.length > 0).map(({ path }) => `' ${path.join(' ')}'`);
  const lines = commands.flatMap(({ path, commands: inner, options, choices }) => {
    const here = `complete -c contactstream -n 'test (__contactstream_path) = "${path.map((word) => ` ${word}`).join('')}"'`;
    return [
      ...inner.map(({ word, description }) => `${here} -a ${word} -d ${quoted(description)}`),
      ...choices.map((word) => `${here} -a ${word}`),
      ...options.map(({ word, description, values, isFile }) => {
        const value =
          values === null
            ? ''
            : isFile
              ? ' -r -F'
              : ` -x${values.length > 0 ? ` -a '${values.join(' ')}'` : ''}`;
        return `${here} -l ${word.slice(2)}${value} -d ${quoted(description)}`;
      }),
    ];
  });
  return `# fish completion of contactstream: contactstream completion fish > ~/.config/fish/completions/contactstream.fish
function __contactstream_path
  set -l path ''
  for word in (commandline -opc)[2..-1]
    switch "$path $word"
      case ${paths.join(' ')}
        set path "$path $word"
    end
  end
  echo "$path"
end
complete -c contactstream -f
${lines.join('\n')}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
