import { accountNotFound } from '#accounts';
import { type SettingChanges } from '#audit';
import { type Erasures } from '#offboarding';
import { type Page, type PageRequest } from '#platform';
import {
  type AccountSort,
  type AccountStanding,
  type AccountStandings,
  type Figures,
  type StandingFilter,
} from '#sync';

import { type AccountAnswer, accountAnswer } from './account-answer.js';
import { type AccountFacts } from './account-facts.js';

/** Accounts as REST shows them. */
export class AccountAnswers {
  constructor(
    private readonly standings: AccountStandings,
    private readonly facts: AccountFacts,
    private readonly figures: Figures,
    private readonly settings: SettingChanges,
    private readonly erasures: Erasures,
  ) {}

  /** @throws CodedError invalid-cursor */
  async list(
    request: PageRequest & StandingFilter & { readonly sort: AccountSort },
  ): Promise<Page<AccountAnswer>> {
    const { items, nextCursor } = await this.standings.list(request);
    return { items: await this.answers(items), nextCursor };
  }

  /** @throws CodedError account-not-found */
  async one(id: string): Promise<AccountAnswer> {
    const standing = await this.standings.find(id);
    const [answer] = standing === null ? [] : await this.answers([standing]);
    if (answer === undefined) throw accountNotFound(id);
    return answer;
  }

  private async answers(standings: readonly AccountStanding[]): Promise<AccountAnswer[]> {
    const facts = await this.facts.of(standings);
    const idsOf = (chosen: readonly (typeof facts)[number][]) => chosen.map(({ account }) => account.id);
    const [hours, paused, erasures] = await Promise.all([
      this.figures.hourlyChanges(idsOf(facts)),
      this.settings.last('paused', idsOf(facts.filter(({ account }) => account.paused))),
      this.erasures.going(idsOf(facts.filter(({ account }) => account.state === 'erasing'))),
    ]);
    const pausedBy = new Map(paused.map((change) => [change.accountId, change]));
    const erasureOf = new Map(erasures.map((erasure) => [erasure.accountId, erasure]));
    return facts.map((fact) => {
      const { id } = fact.account;
      return accountAnswer(fact, {
        hourly: hours.get(id),
        pausedBy: pausedBy.get(id),
        erasure: erasureOf.get(id),
      });
    });
  }
}
