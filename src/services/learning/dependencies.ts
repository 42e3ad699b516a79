/** What the steps of learning work with. */
import type { Clock } from '../../domain/clock.ts';
import type { Store } from '../../store/port.ts';
import type { Tokenizers } from '../../tokenize/tokenizers.ts';
import type { Ledger } from './ledger.ts';

export interface LearningDependencies {
  store: Store;
  ledger: Ledger;
  clock: Clock;
  newId: () => string;
  /** Those of this program: the newest is what all is to be counted by. */
  tokenizers: Tokenizers;
  /** Age from which records of a site go; an intent that nobody fulfils is dropped then, as its records would be. */
  retentionMsOf: (site: string) => Promise<number>;
  /** Whether something may be dropped for good because of its age; without it, always. */
  isClockSteady?: () => boolean;
  /**
   * Awaited between parts of the work. An embedded store answers at once, so without a breath a worker would keep its
   * thread until everything is learnt, and whoever asks that thread for a model or for counts would wait as long.
   */
  breathe?: () => Promise<unknown>;
}
