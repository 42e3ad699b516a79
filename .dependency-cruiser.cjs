// The arrow table of docs/ARCHITECTURE.md, executable: `npm run lint:arrows`. test/house/arrows.test.ts runs it too.
const MAY_IMPORT = {
  domain: [],
  ingest: ['domain/'],
  tokenize: ['domain/'],
  bayes: ['domain/'],
  detect: ['domain/'],
  store: ['domain/'],
  bus: ['domain/'],
  jobs: ['domain/', 'services/'],
  services: ['domain/', 'bayes/', 'tokenize/', 'detect/', '(store|jobs|bus)/port\\.ts$'],
  api: ['domain/', 'ingest/', 'services/'],
  // Of the API what bounds clients, and whose address is whose.
  syslog: ['domain/', 'ingest/', 'services/', 'api/(load|pool|client-address)\\.ts$'],
  backup: ['domain/', 'services/', 'store/sqlite/', 'version\\.ts$'],
};
const ONLY_IN = {
  express: 'src/api/',
  'express-rate-limit': 'src/api/',
  zod: 'src/(api/|ingest/|config\\.ts)',
  natural: 'src/tokenize/',
  'mmdb-lib': 'src/address-database\\.ts',
  mongodb: 'src/store/mongo/',
  '@photostructure/sqlite': 'src/store/sqlite/',
  bullmq: 'src/jobs/bullmq\\.ts',
  ioredis: 'src/(bus/redis|jobs/bullmq|shared-queues|redis-pulse)\\.ts',
  commander: 'src/cli/',
};
const rule = (name, from, to) => ({ name, severity: 'error', from, to });
module.exports = {
  forbidden: [
    rule('no-cycles', {}, { circular: true }),
    ...Object.entries(MAY_IMPORT).map(([folder, targets]) =>
      rule(
        `arrows-from-${folder}`,
        { path: `^src/${folder}/` },
        { path: '^src/', pathNot: [`${folder}/`, ...targets].map(t => `^src/${t}`) },
      ),
    ),
    ...Object.entries(ONLY_IN).map(([pkg, home]) =>
      rule(`${pkg}-stays-home`, { path: '^src/', pathNot: `^${home}` }, { path: `node_modules/${pkg}/` }),
    ),
    rule(
      'adapters-apart',
      { path: '^src/(store|jobs|bus)/(in-process|sqlite|mongo|redis|bullmq)' },
      { path: '^src/(store|jobs|bus)/(in-process|sqlite|mongo|redis|bullmq)', pathNot: '^src/$1/$2' },
    ),
    rule(
      'pure-folders',
      { path: '^src/(domain|ingest|tokenize|bayes|detect)/' },
      { dependencyTypes: ['core'] },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
