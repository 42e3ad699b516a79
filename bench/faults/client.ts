/** Somebody who sends what a plan says, remembers what was acknowledged, and sends the rest again after a crash. */
import type { Batch } from './corpus.ts';
import type { Step } from './plan.ts';
import type { RecordLine, Server } from './server.ts';

/** Requests that look for records at the same time. */
const LOOKING = 8;

/** What a window may be that is taken back; `failed`, where learning of it found no room, is tried again. */
const RETRACTED: ReadonlySet<string> = new Set(['retracting', 'retracted', 'failed']);

interface StoredLine {
  id: string;
  text: string;
}

interface RecordAnswer {
  id: string;
  original?: string;
}

export class Client {
  server: Server;
  /** What is not as it was promised, in words. */
  readonly problems: string[] = [];
  /** Called with each acknowledgement, as soon as it has come. */
  onAcknowledged: () => void = () => {};
  /** Lines that were sent more than once, and those of them that were stored already though nobody was told. */
  resent = 0;
  storedUntold = 0;
  readonly #batches: readonly Batch[];
  /** Acknowledged lines by batch and number. */
  readonly #stored = new Map<string, StoredLine>();
  readonly #sent = new Set<string>();
  readonly #wholeBatches = new Set<number>();
  #unseen: StoredLine[] = [];
  readonly #marked = new Map<string, string>();
  readonly #retracted = new Map<string, string>();
  /** Of what was answered, `action window`: the audit has it. */
  readonly #told = new Set<string>();

  constructor(server: Server, batches: readonly Batch[]) {
    this.server = server;
    this.#batches = batches;
  }

  get acknowledged(): number {
    return this.#stored.size;
  }

  /** Ids of all records, in one order. */
  ids(): string[] {
    return [...new Set([...this.#stored.values()].map(({ id }) => id))].sort();
  }

  /** Does a step, or what is left of it. @returns whether all of it is acknowledged */
  async perform(step: Step): Promise<boolean> {
    switch (step.type) {
      case 'ingest': {
        const left = step.batches.filter(batch => !this.#wholeBatches.has(batch));
        const whole = await Promise.all(left.map(batch => this.#post(batch)));
        return whole.every(isWhole => isWhole);
      }
      case 'mark':
        return this.#mark(step.note, step.body);
      case 'retract':
        return this.#retract(step.window);
      case 'backup':
        return (await this.server.backup()).isWhole;
    }
  }

  /** Whether a mark or a retraction that was acknowledged was still being learnt when this was asked. */
  async isLearning(): Promise<boolean> {
    const windows = await this.server.windows();
    return windows.some(({ status }) => status !== 'applied' && status !== 'retracted');
  }

  /** Looks for what was acknowledged: records since the last look (or all), and every mark and retraction. */
  async verify(which: 'new' | 'all'): Promise<void> {
    const lines = which === 'all' ? [...this.#stored.values()] : this.#unseen;
    this.#unseen = [];
    const waiting = lines.values();
    const look = async () => {
      for (const { id, text } of waiting) {
        const answer = await this.server
          .get<RecordAnswer>(`/v1/records/${encodeURIComponent(id)}`)
          .catch((error: unknown) => String(error));
        if (typeof answer === 'string') this.problems.push(`record ${id} was acknowledged: ${answer}`);
        else if (answer.original !== text)
          this.problems.push(`record ${id} is ${answer.original} and was ${text}`);
      }
    };
    await Promise.all(Array.from({ length: LOOKING }, look));
    const windows = await this.server.windows();
    for (const [note, id] of this.#marked) {
      if (!windows.some(window => window.id === id))
        this.problems.push(`the mark ${note} was acknowledged and is gone`);
    }
    for (const [note, id] of this.#retracted) {
      const status = windows.find(window => window.id === id)?.status;
      if (status === undefined || !RETRACTED.has(status))
        this.problems.push(`the retraction of ${note} was acknowledged, and its window is ${status}`);
    }
    const entries = await this.server.audit();
    const done = new Set(
      entries.flatMap(({ action, outcome, subject }) => (outcome === 'done' ? `${action} ${subject}` : [])),
    );
    for (const told of this.#told)
      if (!done.has(told)) this.problems.push(`${told} was acknowledged and is not in the audit`);
  }

  async #post(index: number): Promise<boolean> {
    const batch = this.#batches[index];
    if (batch === undefined) throw new RangeError(`there is no batch ${index}`);
    const isAgain = batch.lines.map((_, line) => this.#sent.has(`${index}:${line}`));
    for (const line of batch.lines.keys()) this.#sent.add(`${index}:${line}`);
    const again = isAgain.filter(sent => sent).length;
    this.resent += again;
    const ids = new Set<string>();
    const isWhole = await this.server.postLines(batch.query, batch.lines, line => {
      const text = batch.lines[line.line - 1] ?? '';
      this.#note(`${index}:${line.line}`, line, text, again > 0 && !ids.has(line.id));
      ids.add(line.id);
    });
    if (isWhole) this.#wholeBatches.add(index);
    return isWhole;
  }

  /** @param isAgain whether the line was sent before, and no equal one earlier in this request */
  #note(key: string, { id, duplicate }: RecordLine, text: string, isAgain: boolean): void {
    const before = this.#stored.get(key);
    if (before !== undefined && before.id !== id)
      this.problems.push(`${text} was acknowledged as ${before.id} and as ${id}`);
    if (before !== undefined && duplicate !== true)
      this.problems.push(`${id} was acknowledged, and was new when it was sent again`);
    if (before === undefined && duplicate === true && isAgain) this.storedUntold += 1;
    if (before !== undefined) return;
    this.#stored.set(key, { id, text });
    this.#unseen.push({ id, text });
    this.onAcknowledged();
  }

  /** A mark has no identity of its own: whoever was not told looks whether it is there before marking again. */
  async #mark(note: string, body: object): Promise<boolean> {
    if (this.#sent.has(note)) {
      const there = (await this.server.windows()).filter(window => window.note === note);
      if (there.length > 1) this.problems.push(`the mark ${note} is there ${there.length} times`);
      const [found] = there;
      if (found !== undefined) {
        this.storedUntold += 1;
        this.#marked.set(note, found.id);
        return true;
      }
    }
    this.#sent.add(note);
    const answer = await this.server.ask<{ id: string }>('POST', '/v1/windows', body);
    if (answer === null) return false;
    this.#marked.set(note, answer.id);
    this.#told.add(`window.mark ${answer.id}`);
    this.onAcknowledged();
    return true;
  }

  async #retract(window: string): Promise<boolean> {
    const id = this.#marked.get(window) ?? (await this.#corpusId(window));
    if (id === null) return false;
    const answer = await this.server.ask<{ id: string }>('DELETE', `/v1/windows/${encodeURIComponent(id)}`);
    if (answer === null) return false;
    this.#retracted.set(window, id);
    this.#told.add(`window.retract ${id}`);
    this.onAcknowledged();
    return true;
  }

  /** Null where the server was killed before it told. */
  async #corpusId(name: string): Promise<string | null> {
    const page = await this.server.ask<{ items: { id: string; name?: string }[] }>('GET', '/v1/windows');
    if (page === null) return null;
    const corpora = page.items.filter(window => window.name === name);
    const [corpus] = corpora;
    if (corpus === undefined) throw new Error(`there is no corpus ${name}`);
    if (corpora.length > 1) this.problems.push(`the corpus ${name} is there ${corpora.length} times`);
    return corpus.id;
  }
}
