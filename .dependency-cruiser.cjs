/** The direction of the house (ARCHITECTURE.md): apps -> libs, the domain imports nothing, adapters depend on ports. */
const lib = (name) => `^libs/${name}/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-folder-cycles',
      comment: 'Two folders of a library never know each other.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^libs/' },
      to: { circular: true },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|tools|test)/' },
    },
    {
      name: 'tools-never-import-apps',
      severity: 'error',
      from: { path: '^tools/' },
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
      name: 'clients-talk-rest-alone',
      comment:
        'What the page and the command line know of the service stands in the OpenAPI document. The commands of operators ' +
        'are programs beside the command line, which it loads by their built file (apps/cli/src/verbs/operators.ts) and never imports.',
      severity: 'error',
      from: { path: '^apps/(dashboard|cli)/' },
      to: { path: '^(libs|tools|test|scripts)/' },
    },
    {
      name: 'contact-is-pure',
      comment: 'The domain imports nothing but itself: no package, no other library, no clock, no I/O.',
      severity: 'error',
      from: { path: lib('contact'), pathNot: '\\.spec\\.ts$' },
      to: { pathNot: lib('contact') },
    },
    {
      name: 'contact-export-only-writes',
      comment:
        'A contact becomes text: where contacts come from, and where the text goes, is no matter of it.',
      severity: 'error',
      from: { path: lib('contact-export'), pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/(contact-export|contact|platform)/' },
    },
    {
      name: 'no-deep-imports',
      comment: "A library is entered through its index.ts (written '#name').",
      severity: 'error',
      from: { path: '^(?:libs|apps|tools)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^libs/$1/' },
    },
    {
      name: 'writing-side-stays-out-of-reading-side',
      severity: 'error',
      from: { path: '^libs/(event-store|read-model|publishing|kafka|contact-events)/' },
      to: { path: '^libs/(sync|accounts|google-people)/' },
    },
    {
      name: 'the-end-of-accounts-knows-and-is-not-known',
      comment: 'It takes away what the others keep; they need to know nothing of that.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/(offboarding|kafka|database)/' },
      to: { path: lib('offboarding') },
    },
    {
      name: 'google-stays-in-its-adapter',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/google-people/' },
      to: { path: 'node_modules/(@googleapis|google-auth-library)' },
    },
    {
      name: 'openid-client-stays-in-access',
      severity: 'error',
      from: { path: '^(libs|apps|tools)/', pathNot: '^libs/access/' },
      to: { path: 'node_modules/openid-client' },
    },
    {
      name: 'opentelemetry-stays-in-tracing',
      comment: 'And is loaded where a collector is named alone; all others know the port.',
      severity: 'error',
      from: { path: '^(libs|apps|tools)/', pathNot: '^libs/tracing/' },
      to: { path: 'node_modules/@opentelemetry' },
    },
    {
      name: 'kafka-clients-stay-in-their-adapters',
      severity: 'error',
      from: { path: '^(libs|apps/contact-sync|tools)/', pathNot: '^libs/kafka/' },
      to: { path: 'node_modules/(kafkajs|@platformatic/kafka)' },
    },
    {
      name: 'adapters-depend-on-ports',
      comment: 'Whoever publishes or reads the feed knows the port; the clients of Kafka are behind it.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/kafka/' },
      to: { path: lib('kafka') },
    },
    {
      name: 'no-http-in-libs',
      comment:
        'Libraries raise coded errors; what they are in HTTP, the service knows. Which way a request to Google takes ' +
        'is said in Node.js alone.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/google-people/src/agents\\.(unit\\.spec\\.)?ts$' },
      to: { path: '(node_modules/(express|@nestjs/(platform-express|swagger))/|^(node:)?https?2?$)' },
    },
    {
      name: 'the-service-is-put-together-once',
      comment:
        'The tables of every library are opened together here; no library needs the others for its own.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/database/' },
      to: { path: lib('database') },
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
      // What the page and the command line are made of is in their files once they are built; their types are made by a step
      // of the build, those of the events with the documents.
      from: {
        path: '^(apps|libs|tools)/',
        pathNot:
          '\\.spec\\.ts$|^apps/(dashboard|cli)/|^apps/contact-sync/((describe-api|bundle)\\.mjs|src/documents/event-package\\.ts)$',
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'examples-stand-alone',
      comment: 'They are copied elsewhere.',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^(apps|libs|tools|test|scripts|chaos|bench)/' },
    },
    { name: 'nothing-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
    },
  },
};
