import { type Scope } from '#platform';

/** What the groups of a person at the OpenID provider allow. */
export class PersonScopes {
  constructor(
    /** Who says which groups a person is in. */
    readonly issuer: string,
    private readonly byGroup: ReadonlyMap<string, ReadonlySet<Scope>>,
  ) {}

  /** Those that give a scope. */
  counting(groups: readonly string[]): string[] {
    return groups.filter((group) => this.byGroup.has(group));
  }

  of(groups: readonly string[]): ReadonlySet<Scope> {
    return new Set(groups.flatMap((group) => [...(this.byGroup.get(group) ?? [])]));
  }
}
