import './resolve-typescript.mjs';

export default async function setup() {
  const { startTestKafka, startTestPostgres } = await import('./test-servers.ts');
  await Promise.all([startTestPostgres(), startTestKafka()]);
}
