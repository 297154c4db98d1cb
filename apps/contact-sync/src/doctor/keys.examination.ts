import { type GrantKeys } from '#accounts';

import { type Examination, type Finding } from './examination.js';

/** Whether every sign-in can be decrypted. */
export class KeysExamination implements Examination {
  readonly area = 'keys';
  readonly asks = 'postgres';
  readonly document = 'docs/operations.md#the-encryption-key';

  constructor(private readonly keys: GrantKeys) {}

  async examine(): Promise<Finding[]> {
    const use = await this.keys.use();
    const [first] = use;
    const missing = use.filter(({ isGiven, accounts }) => !isGiven && accounts > 0);
    const older = use.filter(
      ({ isGiven, accounts, keyId }) => isGiven && accounts > 0 && keyId !== first?.keyId,
    );
    const check = 'keys-encryption';
    const told = (keys: typeof use): string =>
      keys.map(({ keyId, accounts }) => `${accounts} with the key ${keyId}`).join(', ');
    if (missing.length > 0) {
      return [
        {
          check,
          verdict: 'failed',
          found: `Sign-ins cannot be decrypted: ${told(missing)}.`,
          mend: 'Put the missing key behind the others of ENCRYPTION_KEY, with a comma. Where it is lost: npm run keys -- forget KEY',
        },
      ];
    }
    if (older.length > 0) {
      return [
        {
          check,
          verdict: 'warning',
          found: `Sign-ins are encrypted with older keys: ${told(older)}.`,
          mend: 'npm run keys -- rotate; then take the older keys out of ENCRYPTION_KEY.',
        },
      ];
    }
    const found = `Sign-ins that are encrypted with the first key, ${first?.keyId ?? ''}: ${first?.accounts ?? 0}.`;
    return [{ check, verdict: 'ok', found }];
  }
}
