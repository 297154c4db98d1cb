import jest from './jest.config.mjs';

/** The mutants run in a copy of the project, so the folder that the project names is not theirs. */
const { rootDir: _, ...unit } = jest.projects.find(({ displayName }) => displayName === 'unit');

/** Mutants of the domain; CONTRIBUTING.md says which of them survive, and why. */
export default {
  mutate: ['libs/contact/src/**/*.ts', '!libs/contact/src/**/*.spec.ts'],
  plugins: ['@stryker-mutator/jest-runner'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { config: { ...unit, testMatch: ['<rootDir>/libs/contact/src/support/all-specs.spec.ts'] } },
  ignorePatterns: ['/*', '!/libs', '/libs/*', '!/libs/contact', '!/package.json', '!/.swcrc'],
  tempDirName: '.data/mutation/sandbox',
  reporters: ['progress', 'clear-text', 'html', 'json'],
  clearTextReporter: { reportTests: false, allowColor: false },
  htmlReporter: { fileName: '.data/mutation/report.html' },
  jsonReporter: { fileName: '.data/mutation/report.json' },
  thresholds: { high: 100, low: 95, break: 90 },
};
