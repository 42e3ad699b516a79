/** The bus: what happened, to whoever listens, at most once. Listeners that miss something catch up by polling. */

/** The ledger of the site is counted up to this entry. */
export interface BusEvent {
  type: 'learnt';
  site: string;
  entry: number;
}

export interface Bus {
  publish(event: BusEvent): Promise<void>;
  /** Calls back for each event from now on; the function returned ends it. A listener must not throw. */
  subscribe(listener: (event: BusEvent) => void): () => void;
  close(): Promise<void>;
}
