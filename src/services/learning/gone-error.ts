/** What a worker that slept may meet: others have counted, sealed and purged what it was about to read. */
export class GoneError extends Error {
  /** @param what e.g. `record 475968.9f…` */
  constructor(what: string) {
    super(`${what} was there before, and the store does not find it now`);
    this.name = 'GoneError';
  }
}
