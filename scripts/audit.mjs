import { runNpm } from './npm.mjs';

/**
 * `npm run audit`: whether the registry knows of something wrong with what runs in production. A registry that does not
 * answer such questions, as many mirrors do not, is said to, and is no failure.
 */
export async function audit() {
  const { code, output } = await runNpm(['audit', '--omit=dev', '--json', '--loglevel=silent']);
  const answer = parsed(output);
  const counts = answer?.metadata?.vulnerabilities;
  if (counts === undefined) {
    console.log(`Not checked: the registry did not answer (${answer?.message ?? `exit code ${code}`}).`);
    return 0;
  }
  for (const { name, severity, range } of Object.values(answer.vulnerabilities))
    console.log(`${severity}  ${name} ${range}`);
  console.log(`${counts.total} known to be bad: ${counts.critical} critical, ${counts.high} high.`);
  return counts.total === 0 ? 0 : 1;
}

function parsed(output) {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
