import {
  type GoogleList,
  type GooglePerson,
  type NameAnswer,
  type PeoplePage,
  type PeoplePageRequest,
  type PeopleSource,
  type Grant,
  type PeopleSources,
} from '#google-people';

/** Watches an engine ask Google for pages, and may act meanwhile. */
export interface Onlooker {
  beforeRequest(request: PeoplePageRequest): Promise<void>;
  afterAnswer(request: PeoplePageRequest, page: PeoplePage): PeoplePage | Promise<PeoplePage>;
  beforeLookUp(names: readonly string[]): Promise<void>;
  afterLookUp(answers: ReadonlyMap<string, NameAnswer>): void;
}

/** The real sources, watched. */
export class WatchedSources implements PeopleSources {
  constructor(
    private readonly sources: PeopleSources,
    private readonly onlooker: Onlooker,
  ) {}

  get pageSize(): number {
    return this.sources.pageSize;
  }

  whoIs(grant: Grant, signal?: AbortSignal): Promise<GooglePerson> {
    return this.sources.whoIs(grant, signal);
  }

  open(grant: Grant, list: GoogleList): PeopleSource {
    const source = this.sources.open(grant, list);
    return {
      fetchPage: async (request, signal) => {
        await this.onlooker.beforeRequest(request);
        signal.throwIfAborted();
        const page = await source.fetchPage(request, signal);
        return this.onlooker.afterAnswer(request, page);
      },
      lookUp: async (names, signal) => {
        await this.onlooker.beforeLookUp(names);
        signal.throwIfAborted();
        const answers = await source.lookUp(names, signal);
        this.onlooker.afterLookUp(answers);
        return answers;
      },
    };
  }
}
