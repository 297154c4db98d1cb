import { runInHand } from './run-in-hand.js';

export type Attributes = Readonly<Record<string, string | number>>;

/** A piece of work as a trace shows it. Nothing in it is of a contact, or secret. */
export interface Step {
  /** From a small set: what differs is an attribute. */
  readonly name: string;
  readonly kind?: 'client' | 'producer' | 'consumer';
  readonly attributes?: Attributes;
  /**
   * The W3C traceparent of each message in it, which says what trace the message belongs to; left out: it is a step of
   * the run in hand.
   */
  readonly parents?: readonly string[];
}

/** A run that is over. */
export interface TracedRun {
  readonly runId: string;
  readonly startedAt: Date;
  readonly attributes: Attributes;
  /** The code of the error that it failed with, if it did. */
  readonly error: string | null;
}

/** Adds to a step what only its work tells. */
export type Note = (attributes: Attributes) => void;

/** Whoever makes traces of it: a run is a trace. */
export interface Tracer {
  /** Always the same for a run, so that nothing of a trace need be stored. */
  traceparent(runId: string): string;
  step<T>(step: Step, parents: readonly string[], work: (note: Note) => Promise<T>): Promise<T>;
  run(run: TracedRun): void;
}

let tracer: Tracer | null = null;

/** @param given null: nothing is traced */
export function traceWith(given: Tracer | null): void {
  tracer = given;
}

/** @returns null where nothing is traced */
export function traceparentOf(runId: string): string | null {
  return tracer?.traceparent(runId) ?? null;
}

/** Does work as a step of the traces that it belongs to; where nothing is traced, the step is not even made. */
export function traced<T>(step: () => Step, work: (note: Note) => Promise<T>): Promise<T> {
  if (tracer === null) return work(NOTED_NOWHERE);
  const made = step();
  const run = runInHand();
  const parents = made.parents ?? (run === null ? [] : [tracer.traceparent(run.runId)]);
  return parents.length === 0 ? work(NOTED_NOWHERE) : tracer.step(made, parents, work);
}

export function traceRun(run: () => TracedRun): void {
  tracer?.run(run());
}

const NOTED_NOWHERE: Note = () => undefined;
