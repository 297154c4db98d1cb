/** What is printed on. */
export interface Screen {
  readonly isTerminal: boolean;
  /** Columns; Infinity off a terminal, where nothing is cut. */
  readonly width: number;
  readonly hasColours: boolean;
}

const NARROWEST = 20;

export function screenOf(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Screen {
  const isTerminal = stream.isTTY;
  const isPlain = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb';
  return {
    isTerminal,
    width: isTerminal ? Math.max(NARROWEST, stream.columns || 80) : Infinity,
    hasColours: isTerminal && !isPlain,
  };
}

const ANSI = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;

export type Colour = keyof typeof ANSI;

export function coloured(text: string, colour: Colour | undefined, { hasColours }: Screen): string {
  return hasColours && colour !== undefined ? `\u001b[${ANSI[colour]}m${text}\u001b[0m` : text;
}
