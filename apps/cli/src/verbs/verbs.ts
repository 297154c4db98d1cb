import { type Command } from 'commander';

import { addAccounts } from './accounts.js';
import { addAudit } from './audit.js';
import { addCompletion } from './completion.js';
import { addContacts } from './contacts.js';
import { addDeadLetters } from './dead-letters.js';
import { addDoctor } from './doctor.js';
import { addEvents } from './events.js';
import { addExport } from './export.js';
import { addHeld } from './held.js';
import { addOperators } from './operators.js';
import { addQuarantine } from './quarantine.js';
import { addRebuild } from './rebuild.js';
import { addRuns } from './runs.js';
import { addStatus } from './status.js';
import { addSync } from './sync.js';
import { addTokens } from './tokens.js';
import { addVerify } from './verify.js';

/** Every verb, in the order of the help: a file each in this folder. */
export const VERBS: readonly ((program: Command) => void)[] = [
  addStatus,
  addSync,
  addRuns,
  addHeld,
  addContacts,
  addEvents,
  addAccounts,
  addQuarantine,
  addDeadLetters,
  addRebuild,
  addVerify,
  addDoctor,
  addExport,
  addTokens,
  addAudit,
  addCompletion,
  addOperators,
];
