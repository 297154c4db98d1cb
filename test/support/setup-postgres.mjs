import './resolve-typescript.mjs';

export default async function setup() {
  const { startTestPostgres, startTestServers } = await import('./test-servers.ts');
  await startTestServers(startTestPostgres);
}
