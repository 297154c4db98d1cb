import { Inject, Injectable } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { LogMarks, type LogReader } from '#event-store';
import { hasKafka } from '#kafka';
import { type Configuration } from '#platform';

import { CONFIGURATION } from '../injection-tokens.js';

type Reached = { readonly at: string; readonly position: string } | null;

/** When the readers of the log had come to a position. */
@Injectable()
export class ReachedPositions {
  private readonly marks: LogMarks;

  constructor(
    em: SqlEntityManager,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {
    this.marks = new LogMarks(em);
  }

  /** @param position null: of no event */
  async of(position: bigint | null): Promise<{ readonly kafka?: Reached; readonly readModel: Reached }> {
    const [kafka, readModel] = await Promise.all([
      hasKafka(this.configuration) ? this.by('kafka', position) : undefined,
      this.by('read-model', position),
    ]);
    return { ...(kafka === undefined ? {} : { kafka }), readModel };
  }

  private async by(reader: LogReader, position: bigint | null): Promise<Reached> {
    const mark = position === null ? null : await this.marks.reached(reader, position);
    return mark === null ? null : { at: mark.at.toISOString(), position: mark.position };
  }
}
