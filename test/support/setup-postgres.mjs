import './resolve-typescript.mjs';

export default async function setup() {
  const { startTestPostgres } = await import('./test-servers.ts');
  await startTestPostgres();
}
