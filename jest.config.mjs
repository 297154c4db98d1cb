/**
 * Six projects, told apart by the file's suffix or folder, so that each starts only what it needs:
 * unit (nothing), integration (a real PostgreSQL), kafka (a real PostgreSQL and a real Kafka), nightly (the same, for
 * suites that take minutes), brokers (a real PostgreSQL, and Kafka clusters of its own to kill).
 */
const base = {
  rootDir: import.meta.dirname,
  testEnvironment: '<rootDir>/test/support/node-environment.mjs',
  // '#name' leads to the sources (package.json, imports).
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: {
    // A file .json.js is itself: without its .js there is another file.
    '^(\\.{1,2}/.*)(?<!\\.json)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/', '<rootDir>/.data/'],
};

export default {
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,tools,test}/**/*.unit.spec.ts'] },
    {
      ...base,
      displayName: 'integration',
      testMatch: ['<rootDir>/{apps,libs,tools,test}/**/*.{int,e2e}.spec.ts'],
      testPathIgnorePatterns: [...base.testPathIgnorePatterns, '<rootDir>/test/kafka/'],
      globalSetup: '<rootDir>/test/support/setup-postgres.mjs',
      globalTeardown: '<rootDir>/test/support/teardown.mjs',
    },
    {
      ...base,
      displayName: 'kafka',
      testMatch: ['<rootDir>/test/kafka/**/*.spec.ts'],
      testPathIgnorePatterns: [...base.testPathIgnorePatterns, '\\.nightly\\.spec\\.ts$'],
      globalSetup: '<rootDir>/test/support/setup-kafka.mjs',
      globalTeardown: '<rootDir>/test/support/teardown.mjs',
    },
    {
      ...base,
      displayName: 'nightly',
      testMatch: [
        '<rootDir>/test/nightly/**/*.spec.ts',
        '<rootDir>/{apps,libs,tools,test}/**/*.nightly.spec.ts',
      ],
      globalSetup: '<rootDir>/test/support/setup-kafka.mjs',
      globalTeardown: '<rootDir>/test/support/teardown.mjs',
    },
    {
      ...base,
      displayName: 'pictures',
      // Their service has to see that the clock stands still (test/support/outside.ts).
      testEnvironment: 'node',
      testMatch: ['<rootDir>/test/pictures/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/setup-postgres.mjs',
      globalTeardown: '<rootDir>/test/support/teardown.mjs',
    },
    {
      ...base,
      displayName: 'brokers',
      testMatch: ['<rootDir>/test/brokers/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/setup-postgres.mjs',
      globalTeardown: '<rootDir>/test/support/teardown.mjs',
    },
  ],
  testSequencer: '<rootDir>/test/support/long-suites-first.mjs',
  reporters: ['default', '<rootDir>/test/support/closing-line-reporter.mjs'],
  testTimeout: 60_000,
};
