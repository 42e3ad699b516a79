/**
 * A compiled model: what scoring reads. Plain data in typed arrays, so that it crosses threads without a copy of its
 * meaning, and nothing in it depends on the order in which counts came.
 */
import type { SequenceField } from '../domain/observation.ts';
import type { Calibration } from './calibrate.ts';
import type { FieldSize } from './pruning.ts';
import type { Noise } from './shrinkage.ts';
import type { UnknownThreat } from './unknown-threat.ts';

/** δ of a category token, which then weighs β·λ + δ (corrections.ts). */
export interface Correction {
  field: string;
  token: string;
  /** Nats. */
  delta: number;
}

/** What a model is made with, besides counts; part of its id. */
export interface ModelParameters {
  tokenizerVersion: number;
  /** P(bad) of a record about which nothing is known, in (0, 1). */
  baseRate: number;
  /** Days after which a count weighs half; Infinity never decays. */
  halfLifeDays: number;
  /** Share of the unknown threat in the bad likelihood (ε). */
  epsilon: number;
  /** Variance of the prior of a token's log-odds (τ²), in nats². */
  tauSquared: number;
  /** Weight of each evidence group by name; bayes/default-weights.ts ships them, fitted by bench/accuracy. */
  weights: Readonly<Record<string, number>>;
  /** The threat that is like none that was marked. */
  unknownThreat: UnknownThreat;
  /** From z to a probability; absent until one is learnt (fit/calibration.ts), and not always in force (calibrationInForce). */
  calibration?: Calibration | undefined;
  /** δ of category tokens; absent until they are fitted (fit/corrections.ts). */
  corrections?: readonly Correction[] | undefined;
  /** What chance shows of weights towards bad; absent until placebos tell (fit/placebos.ts). */
  noise?: Noise | undefined;
  /** Decayed good episodes below which tokens are left out (pruning.ts), > 0; absent where none are. */
  pruneBelow?: number | undefined;
}

/** Counts of one token, or of a field's presence. Settled integers, or decayed values. */
export interface TokenCounts {
  goodRecords: number;
  goodEpisodes: number;
  badRecords: number;
  badEpisodes: number;
}

/**
 * The character model of one field as an automaton (Heafield 2011), in one array of 32-bit words. A state is a known
 * context of 0 to 4 symbols, known by the place of its first word; state 0 is the empty one. A slot is a known n-gram: a
 * state and the symbol after it. The slots of a state follow it in order of their symbols, and it holds a bit for each of
 * the 64 symbols, so the slot of a symbol lies as many slots behind the state as lower bits are set: no hashing, no empty
 * slot, nothing that chosen names could crowd, and one step of reading mostly stays within one cache line or two.
 * A state and a slot take 20 bytes each, about 28 an n-gram.
 */
export interface Automaton {
  /**
   * A state: [0] a bit for each symbol 0 to 31 that has a slot, [1] for 32 to 63; [2] eight times the next shorter state
   * plus the symbols of its context (0 to 4); f32 [3], [4] ln back-off weight, good and bad.
   * A slot: [0] the state after its symbol; f32 [1] ln P_good, [2] ln P_bad, Σλ of the 1- to 4-grams that end here,
   * [3] bad against good episodes, [4] bad episodes against good records.
   * f32: the bits of a float, read through a Float32Array over the same memory.
   */
  nodes: Uint32Array;
  /** Presence counts of the field, decayed. */
  totals: TokenCounts;
  /** Mean over the good of −ln P_good a symbol, in nats; 0 where nothing good is learnt. */
  goodSurpriseMean: number;
  /** n-grams that it holds. */
  ngrams: number;
}

/**
 * What all category tokens say: open addressing by a 64-bit hash of field and token. Of a conditional field it holds the
 * contexts, too, under what their tokens share (compile-conditional.ts).
 */
export interface CategoryTable {
  /** Low and high half of the hash; both 0 for an empty slot. Length a power of two. */
  keysLow: Uint32Array;
  keysHigh: Uint32Array;
  /** Of a conditional token what its weight is beyond its value's. */
  lambda: Float32Array;
  /** In nats, less the mean over the good of its field; of a context that of a value never seen in it. */
  surprise: Float32Array;
  /** By surprising field: the surprise of a value never seen. */
  unseen: Readonly<Record<string, number>>;
  tokens: number;
}

export interface CompiledModel {
  /** 32 hex digits: equal ids mean equal models. */
  id: string;
  /** The last ledger entry that is counted in it. */
  entry: number;
  parameters: ModelParameters;
  sequences: Partial<Record<SequenceField, Automaton>>;
  categories: CategoryTable;
  /** By field: how many of the tokens that anything is left of are in the model. */
  sizes: ReadonlyMap<string, FieldSize>;
  /** Records and episodes learnt, settled (not decayed). */
  totals: TokenCounts;
  /** The newest settled day, from which ages are counted; −1 where only undated records are learnt. */
  newestDay: number;
  /** The oldest settled day; −1 as above. */
  oldestDay: number;
}
