import { EXIT } from '../exit-codes.js';

/** At Ctrl-C says what goes on without us, and ends. */
export function onInterrupt(tell: () => void): { forget(): void } {
  const interrupted = () => {
    // Behind the ^C that a terminal shows.
    if (process.stderr.isTTY) process.stderr.write('\n');
    tell();
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', interrupted);
  return {
    forget: () => {
      process.off('SIGINT', interrupted);
    },
  };
}
