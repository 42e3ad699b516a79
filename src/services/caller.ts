/** Who asks: the key's site and id. The API checks roles before it calls. */
export interface Caller {
  site: string;
  keyId: string;
  /** Of the client, for the audit; absent for what is asked in this process. */
  address?: string | undefined;
}
