import { Random } from './random.js';
import { SCRIPTS, type Script } from './scripts.js';

/** Who a seeded person is: what all its fields are made from. */
export interface Identity {
  readonly seed: number;
  readonly position: number;
  readonly script: Script;
  readonly given: string;
  readonly family: string;
  readonly company: string;
  /** Every real address book has persons without a name: companies, and addresses that mail came from. */
  readonly kind: 'named' | 'organization-only' | 'email-only';
  readonly emoji: string;
  /** Also a Google user whose profile is merged into the contact. */
  readonly hasProfile: boolean;
  /** Unique within the account, so that an e-mail address belongs to one person. */
  readonly handle: string;
}

const EMOJI = ['🌻', '👩🏽‍🚀', '🏳️‍🌈', '🍞', '🇫🇷'];
const random = new Random();

/** The identity of the person at this position; a pure function of its arguments. */
export function identityAt(seed: number, position: number): Identity {
  random.reseed(seed, position, 1);
  const script = random.pick(SCRIPTS);
  const roll = random.int(100);
  return {
    seed,
    position,
    script,
    given: random.pick(script.given),
    family: random.pick(script.family),
    company: random.pick(script.companies),
    kind: roll < 4 ? 'organization-only' : roll < 8 ? 'email-only' : 'named',
    emoji: random.chance(3) ? ` ${random.pick(EMOJI)}` : '',
    hasProfile: roll >= 95,
    handle: `${HANDLES[random.int(HANDLES.length)] ?? ''}.${position.toString(36)}`,
  };
}

const HANDLES = [
  'ada',
  'jurgen',
  'chloe',
  'noel',
  'sakura',
  'wei',
  'anna',
  'omar',
  'noa',
  'priya',
  'eleni',
  'info',
];

/** The display name as Google makes it from the parts; in some scripts the family name comes first. */
export function displayNameOf(identity: Identity): string {
  const { given, family, emoji, script } = identity;
  return (script.familyFirst ? `${family}${given}` : `${given} ${family}`) + emoji;
}
