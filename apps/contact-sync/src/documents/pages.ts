import { configurationPage, environmentExample } from './configuration-page.js';
import { errorsPage } from './errors-page.js';
import { eventPackageFiles } from './event-package.js';
import { metricsPage } from './metrics-page.js';

/** Documents that are made of the service's code, by `npm run docs:<name>`. */
export const PAGES: readonly {
  readonly name: string;
  readonly file: string;
  /** @param page as it is: what is written by hand stays */
  readonly made: (page: string) => string | Promise<string>;
}[] = [
  { name: 'configuration', file: 'docs/configuration.md', made: configurationPage },
  { name: 'configuration', file: '.env.example', made: environmentExample },
  { name: 'errors', file: 'docs/errors.md', made: errorsPage },
  { name: 'metrics', file: 'docs/metrics.md', made: metricsPage },
  ...eventPackageFiles.map((file) => ({ name: 'schemas', ...file })),
];
