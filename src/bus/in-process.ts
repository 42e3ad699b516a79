/** The bus within one process. */
import type { Bus, BusEvent, News } from './port.ts';

export class InProcessBus implements Bus {
  readonly #listeners = new Set<(event: BusEvent) => void>();

  async publish(event: News): Promise<void> {
    for (const listener of [...this.#listeners]) listener(event);
  }

  subscribe(listener: (event: BusEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
