import { existsSync } from 'node:fs';

/** Reads `.env` in the working folder, if there is one; what is set already stays. */
export function loadDotenv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}
