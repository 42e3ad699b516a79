/**
 * `natural`'s BayesClassifier (by submodule: its root loads ./.env and prints). Its own default, words stemmed by Porter,
 * finds no words in names and hashes, so it gets n-grams of three characters and the category tokens, which served it
 * best. It multiplies probabilities, so what is longer than some hundred tokens is 0 in both classes: a tie.
 */
import BayesClassifier from 'natural/lib/natural/classifiers/bayes_classifier.js';
import type { Observations } from '../../../src/domain/observation.ts';
import { hashOf } from '../seeded.ts';
import type { System } from './system.ts';
import { tokensOf } from './tokens.ts';

/** It makes a dense vector of every document, so it learns a sample. */
const DOCUMENTS_MAX = 4_000;

/**
 * The same dense vectors of 0 and 1 as natural's own `textToFeatures`, found by a map instead of a search through each
 * text for each feature (hours on these corpora). The vector is reused: nobody keeps it.
 */
class IndexedBayesClassifier extends BayesClassifier {
  readonly #index = new Map<string, number>();
  #vector: number[] = [];
  #set: number[] = [];

  override textToFeatures(tokens: string[]): number[] {
    const { features } = this;
    if (this.#index.size === 0) {
      for (const feature of Object.keys(features)) this.#index.set(feature, this.#index.size);
      this.#vector = new Array<number>(this.#index.size).fill(0);
    }
    for (const index of this.#set) this.#vector[index] = 0;
    this.#set = tokens.map(token => this.#index.get(token)).filter(index => index !== undefined);
    for (const index of this.#set) this.#vector[index] = 1;
    return this.#vector;
  }
}

export const naturalBayes: System = {
  name: 'natural-bayes',
  about: `natural 8.1.1 BayesClassifier on 3-grams and category tokens, learning at most ${DOCUMENTS_MAX} records`,
  scoresOf(lessons, held) {
    const sample = lessons
      .map((lesson, index) => ({ lesson, rank: hashOf(String(index), 0) }))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, DOCUMENTS_MAX);
    const classifier = new IndexedBayesClassifier();
    for (const { lesson } of sample) {
      classifier.addDocument(tokensOf(lesson.observations, 3, 3), lesson.bad ? 'bad' : 'good');
    }
    classifier.train();
    const scoreOf = (observations: Observations): number => {
      const found = classifier.getClassifications(tokensOf(observations, 3, 3));
      const of = (label: string) => found.find(one => one.label === label)?.value ?? 0;
      const [bad, good] = [of('bad'), of('good')];
      if (bad === 0 && good === 0) return 0;
      return Math.log(Math.max(bad, Number.MIN_VALUE)) - Math.log(Math.max(good, Number.MIN_VALUE));
    };
    return { scores: held.map(scoreOf) };
  },
};
