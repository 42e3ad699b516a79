/**
 * The program as it is built: what users run, and not what a loader makes of the sources (tsx names every function anew
 * each time that it is made, which costs in hot paths).
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '../..');

/** Builds, then loads the parts that a request with records goes through. */
export async function loadBuilt() {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
  const load = <Module>(path: string): Promise<Module> =>
    import(pathToFileURL(join(ROOT, 'dist', path)).href) as Promise<Module>;
  const { compose } = await load<typeof import('../../src/compose.ts')>('compose.js');
  const { configOf } = await load<typeof import('../../src/config.ts')>('config.js');
  const { splitLines } = await load<typeof import('../../src/ingest/lines.ts')>('ingest/lines.js');
  const { FORMATS } = await load<typeof import('../../src/ingest/formats.ts')>('ingest/formats.js');
  const { toEcs } = await load<typeof import('../../src/ingest/to-ecs.ts')>('ingest/to-ecs.js');
  const { RecordReader } =
    await load<typeof import('../../src/api/record-reader.ts')>('api/record-reader.js');
  const { linesShape } =
    await load<typeof import('../../src/api/record-answers.ts')>('api/record-answers.js');
  const { observeRecord } =
    await load<typeof import('../../src/services/accept-record.ts')>('services/accept-record.js');
  const { Identities } =
    await load<typeof import('../../src/services/score-records.ts')>('services/score-records.js');
  const { resultsOf } = await load<typeof import('../../src/services/result-of.ts')>('services/result-of.js');
  const { tokenize, tokenizerOf } =
    await load<typeof import('../../src/tokenize/tokenize.ts')>('tokenize/tokenize.js');
  const { TOKENIZER_VERSION } =
    await load<typeof import('../../src/domain/observation.ts')>('domain/observation.js');
  const { EpisodeCounter } =
    await load<typeof import('../../src/bayes/episode-counter.ts')>('bayes/episode-counter.js');
  const { SettledCounts } =
    await load<typeof import('../../src/bayes/settled-counts.ts')>('bayes/settled-counts.js');
  const { compileModel } = await load<typeof import('../../src/bayes/compile.ts')>('bayes/compile.js');
  const { CompiledFields } =
    await load<typeof import('../../src/bayes/compiled-fields.ts')>('bayes/compiled-fields.js');
  const { pruningBy } =
    await load<typeof import('../../src/bayes/pruning-preview.ts')>('bayes/pruning-preview.js');
  const { Scorer } = await load<typeof import('../../src/bayes/suspicion.ts')>('bayes/suspicion.js');
  const { modelParametersOf } = await load<typeof import('../../src/services/model-parameters.ts')>(
    'services/model-parameters.js',
  );
  const { SqliteStore } = await load<typeof import('../../src/store/sqlite/sqlite-store.ts')>(
    'store/sqlite/sqlite-store.js',
  );
  const { storePathIn } = await load<typeof import('../../src/store/sqlite/open.ts')>('store/sqlite/open.js');
  return {
    compose,
    configOf,
    splitLines,
    FORMATS,
    toEcs,
    RecordReader,
    linesShape,
    observeRecord,
    Identities,
    resultsOf,
    tokenize,
    tokenizerOf,
    TOKENIZER_VERSION,
    EpisodeCounter,
    SettledCounts,
    compileModel,
    CompiledFields,
    pruningBy,
    Scorer,
    modelParametersOf,
    SqliteStore,
    storePathIn,
  };
}

export type Built = Awaited<ReturnType<typeof loadBuilt>>;
