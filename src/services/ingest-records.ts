/** Scoring and storing: acknowledged only when durable; a labelled corpus joins the list of its name. */
import { recordIdOf } from '../domain/identity.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import { type Accepted, acceptRecord } from './accept-record.ts';
import { joinCorpus } from './join-corpus.ts';
import { Identities, judge, type ScoringDependencies } from './score-records.ts';
import type { Caller, IngestOptions, Outcome, ReceivedRecord, RecordSession } from './services.ts';
import { type StoringDependencies, storeBatch } from './store-batch.ts';

export type IngestDependencies = ScoringDependencies & StoringDependencies;

export async function openIngest(
  deps: IngestDependencies,
  caller: Caller,
  options: IngestOptions,
): Promise<RecordSession> {
  const { site } = caller;
  const identities = new Identities();
  const context = deps.contextOf(site);
  const markId = options.corpus === undefined ? null : await joinCorpus(deps, caller, options.corpus);
  const labelled = markId !== null;
  let served = await deps.models.current(site);
  return {
    get model() {
      return served.model.id;
    },
    async add(batch: readonly ReceivedRecord[]): Promise<Outcome[]> {
      served = await deps.models.current(site);
      const receivedAtMs = deps.clock.nowMs();
      const timing = labelled ? 'own' : 'of-receipt';
      const accepted = batch.map(received =>
        acceptRecord(received, identities.next(received), { receivedAtMs, timing, labelled }, context),
      );
      const judged = options.score
        ? await judge(deps, served, site, accepted, options.explain)
        : accepted.map(receiptOf);
      const records = accepted.map(({ stored }, index) => withJudgement(stored, judged[index]));
      const inserted = await storeOnce(deps, site, records, markId);
      return judged.map((outcome, index) =>
        inserted[index] ? outcome : { ...outcome, duplicate: true as const },
      );
    },
  };
}

function receiptOf({ stored }: Accepted): { id: string; kind: StoredRecord['kind'] } {
  return { id: recordIdOf(stored), kind: stored.kind };
}

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
  markId: string | null,
): Promise<boolean[]> {
  const isEachAnother = new Set(records.map(({ identity }) => identity)).size === records.length;
  if (isEachAnother) {
    const outcomes = await storeBatch(deps, site, records, markId);
    return outcomes.map(outcome => outcome === 'inserted');
  }
  const first = new Map<string, StoredRecord>();
  const isFirst = records.map(record => {
    const id = recordIdOf(record);
    if (first.has(id)) return false;
    first.set(id, record);
    return true;
  });
  const distinct = [...first.values()];
  const outcomes = await storeBatch(deps, site, distinct, markId);
  let next = 0;
  return isFirst.map(first => first && outcomes[next++] === 'inserted');
}
