/**
 * What those who follow a model must find, whatever was removed under them: every segment is remembered when it is inserted,
 * and what counts of them up to an entry is told by the rules of the recount.
 */
import { decodeCounts } from '../../../src/bayes/counts-codec.ts';
import type { Segment } from '../../../src/domain/ledger.ts';
import { exportTokens } from '../../../src/services/export-tokens.ts';
import type { ModelNews, ModelSource } from '../../../src/services/model-follower.ts';
import { generationsOf, replacedBy, sealsOf } from '../../../src/services/plain-ledger.ts';
import type { Store } from '../../../src/store/port.ts';
import { distinctEntries } from './seal-oracle.ts';

type Counted = [goodRecords: number, goodEpisodes: number, badRecords: number, badEpisodes: number];

const NOTHING = JSON.stringify([0, 0, 0, 0]);

export class ReaderOracle {
  readonly #store: Store;
  readonly #site: string;
  readonly #segments = new Map<string, Segment>();

  constructor(store: Store, site: string) {
    this.#store = store;
    this.#site = site;
  }

  /** The store, with its segments remembered: of those that are inserted anew, the first. */
  watched(): Store {
    return new Proxy(this.#store, {
      get: (store, method: keyof Store) => {
        if (method !== 'putSegment') return Reflect.get(store, method).bind(store);
        return async (site: string, segment: Segment) => {
          const outcome = await store.putSegment(site, segment);
          const { entry, slice, part, chunk } = segment;
          const key = [entry, slice, part, chunk].join(' ');
          if (outcome === 'inserted' && !this.#segments.has(key)) this.#segments.set(key, segment);
          return outcome;
        };
      },
    });
  }

  /** What is wrong with a model that a reader was given, in words. */
  async problemsOf({ entry, model }: ModelNews): Promise<string[]> {
    if (model === undefined) return [];
    const { version, tokens } = await this.#expected(entry);
    const { goodRecords, goodEpisodes, badRecords, badEpisodes } = model.totals;
    const learnt = JSON.stringify([goodRecords, goodEpisodes, badRecords, badEpisodes]);
    const counted = tokens.get('record\t') ?? NOTHING;
    return [
      ...(learnt === counted ? [] : [`up to entry ${entry} a reader has ${learnt}, counted is ${counted}`]),
      ...(model.parameters.tokenizerVersion === version
        ? []
        : [`up to entry ${entry} the model is of tokenizer ${model.parameters.tokenizerVersion}`]),
    ];
  }

  /** What is wrong with the tokens that a source lists, up to an entry, in words. */
  async problemsOfTokens(source: ModelSource, entry: number): Promise<string[]> {
    const listed = new Map<string, string>();
    for await (const page of exportTokens(source, this.#site)) {
      for (const { field, token, goodRecords, goodEpisodes, badRecords, badEpisodes } of page) {
        if (field === 'record' && token !== '') continue;
        listed.set(
          `${field}\t${token}`,
          JSON.stringify([goodRecords, goodEpisodes, badRecords, badEpisodes]),
        );
      }
    }
    const { tokens } = await this.#expected(entry);
    return [...new Set([...listed.keys(), ...tokens.keys()])]
      .filter(name => listed.get(name) !== tokens.get(name))
      .map(name => `${name}: listed ${listed.get(name)}, counted ${tokens.get(name)}`);
  }

  /** By the entries up to one: the version of the tokenizers, and what is not 0, by field and token. */
  async #expected(upTo: number): Promise<{ version: number; tokens: Map<string, string> }> {
    const entries = (await distinctEntries(this.#store, this.#site)).filter(({ number }) => number <= upTo);
    const generations = generationsOf(entries);
    const isReplaced = replacedBy(generations, sealsOf(entries));
    const sums = new Map<string, Counted>();
    for (const segment of this.#segments.values()) {
      if (segment.entry > upTo || isReplaced(segment)) continue;
      for (const { field, token, counts } of decodeCounts(segment.counts).entries()) {
        const sum = sums.get(`${field}\t${token}`) ?? [0, 0, 0, 0];
        sum[0] += counts.goodRecords;
        sum[1] += counts.goodEpisodes;
        sum[2] += counts.badRecords;
        sum[3] += counts.badEpisodes;
        sums.set(`${field}\t${token}`, sum);
      }
    }
    const tokens = [...sums].map(([name, sum]) => [name, JSON.stringify(sum)] as const);
    return {
      version: generations.at(-1)?.version ?? 1,
      tokens: new Map(tokens.filter(([, sum]) => sum !== NOTHING)),
    };
  }
}
