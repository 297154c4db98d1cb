import { CronTime, validateCronExpression } from 'cron';

/** What is wrong with a cron expression, as what it must be; null: nothing is. */
export function cronProblem(expression: string): string | null {
  if (!validateCronExpression(expression).valid) return 'a cron expression, such as 0 */2 * * *';
  try {
    new CronTime(expression).sendAt();
    return null;
  } catch {
    return 'a cron expression that has a next date, such as 0 */2 * * *; this one has none within 8 years';
  }
}
