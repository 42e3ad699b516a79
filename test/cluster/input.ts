/** What is sent to a cluster and to its undisturbed twin: names, times, sources and windows dealt by a seed. */

export interface Batch {
  query: string;
  lines: string[];
}

export interface Mark {
  from: string;
  to: string;
  label: 'good' | 'bad';
  where: { source?: string; domain?: string };
  note: string;
}

const FIRST_AT_MS = Date.UTC(2025, 0, 1);
const SPAN_MS = 6 * 3_600_000;
const DAY_MS = 86_400_000;
const SOURCES = 20;
const GIVEN_ID_SHARE = 0.3;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

export class Input {
  readonly #random: () => number;
  #batches = 0;
  #marks = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** @returns a whole number from 0 up to below the limit */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** Records of the six hours that windows are marked in, without a label. */
  batch(records: number): Batch {
    return { query: '', lines: this.#lines(records, FIRST_AT_MS) };
  }

  /** A labelled list of another day, so that it does not matter whether it comes before or after a window. */
  corpus(records: number, label: 'good' | 'bad'): Batch {
    const name = `${label} of ${this.#batches}`;
    const query = `?label=${label}&window=${encodeURIComponent(name)}`;
    return { query, lines: this.#lines(records, FIRST_AT_MS + DAY_MS) };
  }

  mark(label: 'good' | 'bad' = this.#random() < 0.7 ? 'bad' : 'good'): Mark {
    this.#marks += 1;
    const fromMs = FIRST_AT_MS + this.below(SPAN_MS / 2);
    const [from, to] = [fromMs, fromMs + SPAN_MS / 2].map(atMs => new Date(atMs).toISOString());
    const where = [{}, { source: '10.0.0.0/29' }, { source: '10.0.0.8/30' }, { domain: '*.com' }][
      this.below(4)
    ];
    return { from: from ?? '', to: to ?? '', label, where: where ?? {}, note: `mark ${this.#marks}` };
  }

  #lines(records: number, firstAtMs: number): string[] {
    this.#batches += 1;
    return Array.from({ length: records }, (_, index) =>
      JSON.stringify({
        '@timestamp': new Date(firstAtMs + this.below(SPAN_MS)).toISOString(),
        ...(this.#random() < GIVEN_ID_SHARE ? { event: { id: `${this.#batches}-${index}` } } : {}),
        source: { ip: `10.0.0.${this.below(SOURCES)}` },
        dns: { question: { name: this.#name(), type: 'A' } },
      }),
    );
  }

  #name(): string {
    const length = 3 + this.below(12);
    const label = Array.from({ length }, () => LETTERS[this.below(LETTERS.length)]).join('');
    return `${label}.${['com', 'org', 'net'][this.below(3)]}`;
  }
}
