import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Reads `.env` of the folder we are started in; what the environment sets already stays as it is. */
export function loadDotenv(): void {
  const file = join(process.cwd(), '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}
