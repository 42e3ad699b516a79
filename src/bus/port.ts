/** The bus: what happened, to whoever listens, at most once. Listeners that miss something catch up by polling. */

/** The ledger of the site is counted up to this entry. */
export interface Learnt {
  type: 'learnt';
  site: string;
  entry: number;
}

/** Another policy of the site is in force. */
export interface PolicyWasSet {
  type: 'policy';
  site: string;
  /** The policy's. */
  number: number;
}

/** What one process tells the others. */
export type News = Learnt | PolicyWasSet;

/** Events may have been missed up to now: whoever follows something looks at it again. */
export interface Gap {
  type: 'gap';
}

export type BusEvent = News | Gap;

export interface Bus {
  /** Tells everybody who can be reached; never rejects, for nothing may depend on it. */
  publish(event: News): Promise<void>;
  /** Calls back for each event from now on; the function returned ends it. A listener must not throw. */
  subscribe(listener: (event: BusEvent) => void): () => void;
  close(): Promise<void>;
}
