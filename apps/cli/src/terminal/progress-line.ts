import { type Screen } from './screen.js';
import { cut } from './table.js';

export interface Step {
  /** What is being done: a change of it is always told. */
  readonly phase: string;
  /** From 0 to 1; null: nobody knows. */
  readonly share: number | null;
  readonly text: string;
}

const BAR = 24;
const LINE_EVERY_MS = 1_000;
const CLEAR = '\r\u001b[K';

/** How far something is: a bar that moves on a terminal, lines elsewhere. */
export class ProgressLine {
  private readonly screen: Screen;
  private readonly print: (text: string) => Promise<void>;
  private isDrawn = false;
  private phase = '';
  private toldAt = -Infinity;

  constructor(screen: Screen, print: (text: string) => Promise<void>) {
    this.screen = screen;
    this.print = print;
  }

  async show({ phase, share, text }: Step): Promise<void> {
    if (this.screen.isTerminal) {
      const bar = share === null ? '' : `[${'#'.repeat(Math.round(share * BAR)).padEnd(BAR, '.')}] `;
      this.isDrawn = true;
      await this.print(CLEAR + cut(bar + text, this.screen.width - 1));
      return;
    }
    const now = performance.now();
    if (phase === this.phase && now - this.toldAt < LINE_EVERY_MS) return;
    [this.phase, this.toldAt] = [phase, now];
    await this.print(`${text}\n`);
  }

  /** Takes the bar away: what is printed next stands in its place. */
  end(): void {
    if (this.isDrawn) process.stdout.write(CLEAR);
    this.isDrawn = false;
  }
}
