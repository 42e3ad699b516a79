/** Scoring and storing: acknowledged only when durable; a labelled corpus joins the list of its name. */
import { isAppError } from '../domain/errors.ts';
import { recordIdOf } from '../domain/identity.ts';
import type { Policy } from '../domain/policy.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import { undatedGenerationOf } from '../domain/undated-generation.ts';
import type { Tokenizers } from '../tokenize/tokenizers.ts';
import { type Accepted, acceptRecord } from './accept-record.ts';
import type { Caller } from './caller.ts';
import { joinCorpus } from './join-corpus.ts';
import type { ServedModel } from './models.ts';
import type { IngestOptions, ReceivedRecord, RecordSession } from './record-session.ts';
import type { Outcome, Receipt, Result } from './result.ts';
import { Identities, judge, type ScoringDependencies } from './score-records.ts';
import { type Stored, type StoringDependencies, type StoringOptions, storeBatch } from './store-batch.ts';

export type IngestDependencies = ScoringDependencies &
  StoringDependencies & {
    tokenizers: Tokenizers;
    /** For records that are stored without a model to go by. */
    policyOf: (site: string) => Promise<Policy>;
  };

export async function openIngest(
  deps: IngestDependencies,
  caller: Caller,
  options: IngestOptions,
): Promise<RecordSession> {
  const { site } = caller;
  const identities = new Identities();
  const markId = options.corpus === undefined ? null : await joinCorpus(deps, caller, options.corpus);
  const labelled = markId !== null;
  let served = await modelFor(deps, site, options);
  return {
    get model() {
      return served?.model.id ?? '';
    },
    async add(batch: readonly ReceivedRecord[]): Promise<Outcome[]> {
      served = await modelFor(deps, site, options);
      const tokenize = served?.tokenize ?? deps.tokenizers.getTokenizer(deps.tokenizers.newest);
      const policy = served?.policy ?? (await deps.policyOf(site));
      const { retentionDays } = policy;
      const context = deps.contextOf(policy);
      const receivedAtMs = deps.clock.nowMs();
      const timing = labelled ? 'own' : 'of-receipt';
      const generation = labelled ? 0 : undatedGenerationOf(receivedAtMs, retentionDays);
      const how = { receivedAtMs, timing, labelled, generation } as const;
      const accepted = batch.map(received =>
        acceptRecord(received, identities.next(received), how, context, tokenize),
      );
      const judged =
        options.score && served !== null
          ? await judge(deps, served, site, accepted, options.explain)
          : accepted.map(receiptOf);
      const records = accepted.map(({ stored }, index) => withJudgement(stored, judged[index]));
      const stored = await storeOnce(deps, site, records, { markId, retentionDays });
      return judged.map((outcome, index) => outcomeOf(outcome, accepted[index], stored[index]));
    },
  };
}

/**
 * The model that scores the records; null where they are only stored and there is none that this program can score with.
 * @throws AppError `tokenizer-unknown`
 */
async function modelFor(
  { models }: IngestDependencies,
  site: string,
  options: IngestOptions,
): Promise<ServedModel | null> {
  try {
    return await models.current(site);
  } catch (error) {
    if (options.score || !isAppError(error, 'tokenizer-unknown')) throw error;
    return null;
  }
}

function receiptOf({ stored }: Accepted): Receipt {
  return { id: recordIdOf(stored), kind: stored.kind };
}

/** What the sender is told of a record that was judged, and stored or not. */
function outcomeOf(
  judged: Result | Receipt,
  accepted: Accepted | undefined,
  stored: Stored | undefined,
): Outcome {
  if (accepted === undefined || stored === undefined) throw new RangeError('a record has no outcome');
  const { slice, outcome } = stored;
  if (outcome === 'slice-sealed') return { rejected: { code: 'slice-sealed', detail: SEALED } };
  const { identity } = accepted.stored;
  const placed =
    slice === accepted.stored.slice ? judged : { ...judged, id: recordIdOf({ slice, identity }) };
  return outcome === 'inserted' ? placed : { ...placed, duplicate: true };
}

const SEALED =
  'the hour of its time is older than the retention: its counts are final and it takes no more records';

/** Writes down what is kept of the judgement at acceptance. */
function withJudgement(stored: StoredRecord, outcome: Outcome | undefined): StoredRecord {
  if (outcome === undefined || !('score' in outcome)) return stored;
  stored.score = outcome.score;
  stored.verdict = outcome.verdict;
  stored.model = outcome.model;
  return stored;
}

/** Stores a batch in which the same identity may stand twice; the first is the one that counts. */
async function storeOnce(
  deps: StoringDependencies,
  site: string,
  records: readonly StoredRecord[],
  how: StoringOptions,
): Promise<Stored[]> {
  const isEachAnother = new Set(records.map(({ identity }) => identity)).size === records.length;
  if (isEachAnother) return storeBatch(deps, site, records, how);
  const first = new Map<string, number>();
  const distinct: StoredRecord[] = [];
  const places = records.map(record => {
    const id = recordIdOf(record);
    const place = first.get(id);
    if (place !== undefined) return { place, isFirst: false };
    first.set(id, distinct.length);
    return { place: distinct.push(record) - 1, isFirst: true };
  });
  const stored = await storeBatch(deps, site, distinct, how);
  return places.map(({ place, isFirst }) => {
    const own = stored[place];
    if (own === undefined) throw new RangeError('the batch left an outcome out');
    return isFirst || own.outcome === 'slice-sealed' ? own : { ...own, outcome: 'already-there' };
  });
}
