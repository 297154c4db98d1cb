import { writeFileSync } from 'node:fs';

import { errorsPage } from './errors-page.js';

// `npm run docs:errors`
writeFileSync('docs/errors.md', errorsPage());
