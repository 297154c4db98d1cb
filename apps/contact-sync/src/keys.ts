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
import { readKeysConfiguration, refuseToStart } from '#platform';

import { loadDotenv } from './load-dotenv.js';

const USAGE = `npm run keys -- status         how many sign-ins are encrypted with which key
npm run keys -- rotate         encrypts all of them with the first key of ENCRYPTION_KEY
npm run keys -- forget KEY     drops those of a key that is lost; their accounts must sign in again
`;

const EX_USAGE = 2;

const [command, keyId, ...others] = process.argv.slice(2);
const isForget = command === 'forget' && keyId !== undefined && others.length === 0;
if (!isForget && !(['status', 'rotate'].includes(command ?? '') && keyId === undefined)) {
  process.stderr.write(USAGE);
  process.exit(EX_USAGE);
}

try {
  loadDotenv();
  const configuration = readKeysConfiguration(process.env);
  const vault = new RefreshTokenVault(configuration.ENCRYPTION_KEY);
  const orm = await connect(configuration);
  try {
    if (isForget) await forget(keyId);
    if (command === 'rotate') tellRotation(await rotate());
    tellUse(await new GrantKeys(orm.em, vault).use());
  } finally {
    await orm.close();
  }

  function rotate(): Promise<Rotation> {
    return auditOperation(orm.em, 'keys.rotate', {}, () => new RotateGrantsHandler(orm.em, vault).execute());
  }

  async function forget(key: string): Promise<void> {
    const forgotten = await auditOperation(orm.em, 'keys.forget', { object: key }, () =>
      new ForgetKeyHandler(orm.em, vault).execute(new ForgetKeyCommand(key)),
    );
    say(`${forgotten} sign-ins dropped: their accounts must sign in again.`);
    if (vault.keyIds.includes(key)) say(`ENCRYPTION_KEY has the key ${key}: nothing is lost.`);
  }

  function tellUse(use: readonly KeyUse[]): void {
    say('Key               Sign-ins  In ENCRYPTION_KEY');
    for (const { keyId: id, accounts, isGiven } of use) {
      const given = id === vault.keyId ? 'first: encrypts' : isGiven ? 'decrypts' : 'MISSING';
      say(`${id.padEnd(16)}  ${String(accounts).padStart(8)}  ${given}`);
    }
  }
} catch (error) {
  refuseToStart('look after keys', error);
}

function tellRotation({ rotated, current, changedMeanwhile, damaged }: Rotation): void {
  say(`${rotated} sign-ins encrypted with the first key; ${current} were before.`);
  if (changedMeanwhile > 0) say(`${changedMeanwhile} changed meanwhile and were left as they are.`);
  if (damaged.length === 0) return;
  say(`Damaged, so that these accounts must sign in again: ${damaged.join(', ')}`);
  process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
