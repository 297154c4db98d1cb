import { type Account, type RunDetail } from '../../api/answers.js';
import { type DeadLetter, type Quarantined, type Trouble } from '../../api/trouble.js';

export const KINDS = [
  { kind: 'sign-in', name: 'Sign-in' },
  { kind: 'held', name: 'Held deletions' },
  { kind: 'failing', name: 'Failing accounts' },
  { kind: 'quarantine', name: 'Quarantine' },
  { kind: 'dead-letters', name: 'Dead letters' },
] as const;

export type Kind = (typeof KINDS)[number]['kind'];

/** One thing that needs a person. */
export type TroubleItem =
  | { readonly kind: 'sign-in' | 'failing'; readonly id: string; readonly account: Account }
  | { readonly kind: 'held'; readonly id: string; readonly run: RunDetail }
  | { readonly kind: 'quarantine'; readonly id: string; readonly entry: Quarantined }
  | { readonly kind: 'dead-letters'; readonly id: string; readonly letter: DeadLetter };

/** Whole accounts first, then deletions, then single contacts; the service has sorted each of them. */
export function troubleItems({ accounts, held, quarantined, deadLetters }: Trouble): readonly TroubleItem[] {
  return [
    ...(accounts.data?.items ?? [])
      // Those whose deletions wait are listed by their runs.
      .filter(({ health }) => health !== 'held')
      .map((account): TroubleItem => {
        const kind = account.health === 'needs-reauth' ? 'sign-in' : 'failing';
        return { kind, id: account.id, account };
      }),
    ...(held.data?.items ?? []).map((run): TroubleItem => ({ kind: 'held', id: run.id, run })),
    ...(quarantined.data?.items ?? []).map((entry): TroubleItem => ({
      kind: 'quarantine',
      id: entry.id,
      entry,
    })),
    ...(deadLetters.data?.items ?? []).map((letter): TroubleItem => ({
      kind: 'dead-letters',
      id: letter.id,
      letter,
    })),
  ];
}
