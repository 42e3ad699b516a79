/** The bus: what happened, to whoever listens, at most once. Listeners that miss something catch up by polling. */

/** The ledger of the site is counted up to this entry. */
export interface Learnt {
  type: 'learnt';
  site: string;
  entry: number;
}

/** Events may have been missed up to now: whoever follows something looks at it again. */
export interface Gap {
  type: 'gap';
}

export type BusEvent = Learnt | Gap;

export interface Bus {
  /** Tells everybody who can be reached; never rejects, for nothing may depend on it. */
  publish(event: Learnt): Promise<void>;
  /** Calls back for each event from now on; the function returned ends it. A listener must not throw. */
  subscribe(listener: (event: BusEvent) => void): () => void;
  close(): Promise<void>;
}
