import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  ForgetKeyCommand,
  ForgetKeyHandler,
  GrantKeys,
  type KeyUse,
  RefreshTokenVault,
  RotateGrantsHandler,
  type Rotation,
} from '#accounts';
import { auditOperation } from '#audit';
import { connect } from '#database';
import { counted, readKeysConfiguration, refuseToStart } from '#platform';

import { loadDotenv } from './load-dotenv.js';

/** What is to be done with the keys. */
interface KeysOptions {
  readonly command: 'status' | 'rotate' | 'forget';
  /** The one to forget. */
  readonly keyId?: string;
}

/** `contactstream keys` */
export async function run({ command, keyId }: KeysOptions): Promise<void> {
  try {
    loadDotenv();
    const configuration = readKeysConfiguration(process.env);
    const vault = new RefreshTokenVault(configuration.ENCRYPTION_KEY);
    const orm = await connect(configuration);
    try {
      if (command === 'forget' && keyId !== undefined) await forget(orm.em, vault, keyId);
      if (command === 'rotate') tellRotation(await rotate(orm.em, vault));
      tellUse(await new GrantKeys(orm.em, vault).use(), vault);
    } finally {
      await orm.close();
    }
  } catch (error) {
    refuseToStart('look after keys', error);
  }
}

function rotate(em: SqlEntityManager, vault: RefreshTokenVault): Promise<Rotation> {
  return auditOperation(em, 'keys.rotate', {}, () => new RotateGrantsHandler(em, vault).execute());
}

async function forget(em: SqlEntityManager, vault: RefreshTokenVault, key: string): Promise<void> {
  const forgotten = await auditOperation(em, 'keys.forget', { object: key }, () =>
    new ForgetKeyHandler(em, vault).execute(new ForgetKeyCommand(key)),
  );
  say(
    `${counted(forgotten, 'sign-in')} dropped: ${forgotten === 1 ? 'its account' : 'their accounts'} must sign in again.`,
  );
  if (vault.keyIds.includes(key)) say(`ENCRYPTION_KEY has the key ${key}: nothing is lost.`);
}

function tellUse(use: readonly KeyUse[], vault: RefreshTokenVault): void {
  say('Key               Sign-ins  In ENCRYPTION_KEY');
  for (const { keyId: id, accounts, isGiven } of use) {
    const given = id === vault.keyId ? 'first: encrypts' : isGiven ? 'decrypts' : 'MISSING';
    say(`${id.padEnd(16)}  ${String(accounts).padStart(8)}  ${given}`);
  }
}

function tellRotation({ rotated, current, changedMeanwhile, damaged }: Rotation): void {
  say(
    `${counted(rotated, 'sign-in')} encrypted with the first key; ${counted(current, 'was', 'were')} before.`,
  );
  if (changedMeanwhile > 0) say(`${changedMeanwhile} changed meanwhile and were left as they are.`);
  if (damaged.length === 0) return;
  say(`Damaged, so that these accounts must sign in again: ${damaged.join(', ')}`);
  process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
