/** The direction of the house (ARCHITECTURE.md): apps -> libs, the domain imports nothing, adapters depend on ports. */
const lib = (name) => `^libs/${name}/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|test)/' },
    },
    {
      name: 'apps-are-apart',
      comment: 'An app talks to another over the network only.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'contact-is-pure',
      comment: 'The domain imports nothing but itself: no package, no other library, no clock, no I/O.',
      severity: 'error',
      from: { path: lib('contact'), pathNot: '\\.spec\\.ts$' },
      to: { pathNot: lib('contact') },
    },
    {
      name: 'no-deep-imports',
      comment: "A library is entered through its index.ts (written '#name').",
      severity: 'error',
      from: { path: '^(?:libs|apps)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^libs/$1/' },
    },
    {
      name: 'writing-side-stays-out-of-reading-side',
      severity: 'error',
      from: { path: '^libs/(event-store|read-model|contact-feed|contact-events)/' },
      to: { path: '^libs/(sync|google-people)/' },
    },
    {
      name: 'read-model-knows-events-only-through-their-contract',
      severity: 'error',
      from: { path: lib('read-model'), pathNot: '\\.spec\\.ts$' },
      to: { path: lib('event-store') },
    },
    {
      name: 'google-stays-in-its-adapter',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/google-people/' },
      to: { path: 'node_modules/(@googleapis|google-auth-library)' },
    },
    {
      name: 'kafka-clients-stay-in-their-adapters',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/contact-feed/src/kafka' },
      to: { path: 'node_modules/(kafkajs|@platformatic/kafka)' },
    },
    {
      name: 'platform-knows-no-domain',
      severity: 'error',
      from: { path: lib('platform') },
      to: { path: '^libs/', pathNot: lib('platform') },
    },
    {
      name: 'no-dev-dependency-in-production',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'nothing-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    webpackConfig: { fileName: '.dependency-cruiser.resolve.cjs' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
