/**
 * A client of an installation that remembers what was acknowledged, sends again what was not, at whichever process answers,
 * and tells what is gone or came twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, Mark } from './input.ts';
import type { ClusterNode } from './node.ts';

/** Until something that is sent again and again has to be taken. */
const PATIENCE_MS = 90_000;
const AGAIN_MS = 250;
const PAGE = 1_000;

interface WindowAnswer {
  id: string;
  status: string;
  note?: string;
}

interface Page<T> {
  items: T[];
  nextCursor?: string | null;
}

export class Witness {
  /** The lines that were acknowledged, by their ids. */
  readonly #lines = new Map<string, string>();
  /** The windows that were acknowledged, by their notes. */
  readonly #windows = new Map<string, { id: string; isRetracted: boolean }>();
  /** What is not as it was promised, in words. */
  readonly problems: string[] = [];

  get acknowledged(): number {
    return this.#lines.size;
  }

  /** Posts lines once. @returns whether all of them were acknowledged */
  async tryPost(node: ClusterNode, { query, lines }: Batch, onStored?: () => void): Promise<boolean> {
    const { ids, isWhole } = await node.postRecords(query, lines, onStored);
    for (const [line, id] of ids) {
      const text = lines[line - 1] ?? '';
      const before = this.#lines.get(id);
      if (before !== undefined && before !== text) this.problems.push(`${id} is ${before} and ${text}`);
      this.#lines.set(id, text);
    }
    return isWhole;
  }

  /** Posts lines until all of them were acknowledged, each time at another process. */
  async post(nodes: readonly ClusterNode[], batch: Batch): Promise<void> {
    await this.#until(nodes, `${batch.lines.length} records`, node => this.tryPost(node, batch));
  }

  /** A mark has no identity: whoever was not answered looks whether it is there, by its note, before marking again. */
  async mark(nodes: readonly ClusterNode[], mark: Mark): Promise<void> {
    let isSent = false;
    await this.#until(nodes, mark.note, async node => {
      const found = isSent ? (await this.windows(node)).find(({ note }) => note === mark.note) : undefined;
      isSent = true;
      const { id } = found ?? (await node.json<{ id: string }>('POST', '/v1/windows', mark));
      this.#windows.set(mark.note, { id, isRetracted: false });
      return true;
    });
  }

  async retract(nodes: readonly ClusterNode[], note: string): Promise<void> {
    const window = this.#windows.get(note);
    if (window === undefined) throw new Error(`nobody has marked ${note}`);
    await this.#until(nodes, `the retraction of ${note}`, async node => {
      await node.json('DELETE', `/v1/windows/${encodeURIComponent(window.id)}`);
      window.isRetracted = true;
      return true;
    });
  }

  /** Notes of what is marked and not taken back. */
  inForce(): string[] {
    return [...this.#windows].flatMap(([note, { isRetracted }]) => (isRetracted ? [] : [note]));
  }

  windows(node: ClusterNode): Promise<WindowAnswer[]> {
    return all(node, '/v1/windows');
  }

  /** Asks a process for all that was acknowledged; what is not there is a problem. */
  async verify(node: ClusterNode): Promise<void> {
    const stored = new Map<string, string>();
    for (const { id, original } of await all<{ id: string; original: string }>(node, '/v1/records'))
      stored.set(id, original);
    for (const [id, text] of this.#lines)
      if (stored.get(id) !== text)
        this.problems.push(`${id} was acknowledged as ${text} and is ${stored.get(id) ?? 'gone'}`);
    const windows = await this.windows(node);
    for (const [note, { id, isRetracted }] of this.#windows) {
      const found = windows.filter(window => window.note === note);
      const status = found.find(window => window.id === id)?.status;
      if (status === undefined) this.problems.push(`${note} was acknowledged and is gone`);
      else if (isRetracted !== (status === 'retracted' || status === 'retracting'))
        this.problems.push(`${note} is ${status}, and was ${isRetracted ? '' : 'not '}taken back`);
      if (found.length > 1) this.problems.push(`${note} is there ${found.length} times`);
    }
  }

  async #until(
    nodes: readonly ClusterNode[],
    what: string,
    attempt: (node: ClusterNode) => Promise<boolean>,
  ): Promise<void> {
    const endMs = performance.now() + PATIENCE_MS;
    for (let tries = 0, told: unknown; ; tries++) {
      const node = nodes[tries % nodes.length];
      if (node === undefined) throw new RangeError('nobody is asked');
      try {
        if (await attempt(node)) return;
      } catch (error) {
        if (error instanceof RangeError) throw error;
        told = error;
      }
      if (performance.now() > endMs) throw new Error(`${what} was never taken`, { cause: told });
      await sleep(AGAIN_MS);
    }
  }
}

async function all<T>(node: ClusterNode, path: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await node.json<Page<T>>('GET', `${path}?limit=${PAGE}${after}`);
    items.push(...page.items);
    if (page.nextCursor == null) return items;
    cursor = page.nextCursor;
  }
}
