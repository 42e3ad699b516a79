/** Who may send: addresses of the networks that are allowed, and connections as many as there is room for. */
import { blockMatcher, plainAddress } from '../api/client-address.ts';
import { Pool } from '../api/pool.ts';

export class Senders {
  readonly #isAllowed: (address: string) => boolean;
  readonly #connections: Pool;

  /**
   * @param allow addresses and CIDR blocks; none for whoever reaches the port
   * @param connectionsMax of all transports together; an address gets as many as it leaves to others
   */
  constructor(allow: readonly string[], connectionsMax: number) {
    this.#isAllowed = allow.length === 0 ? () => true : blockMatcher(allow);
    this.#connections = new Pool(connectionsMax);
  }

  /** The address of a sender as it is told; null where it may not send. @param address as the socket has it */
  allowed(address: string | undefined): string | null {
    // The zone of a link-local address names an interface of this machine.
    const [withoutZone = ''] = (address ?? '').split('%', 1);
    const sender = plainAddress(withoutZone);
    return sender !== null && this.#isAllowed(sender) ? sender : null;
  }

  /** Takes one of the connections; false where there is none left, in all or for this sender. */
  connect(sender: string): boolean {
    if (!this.#connections.fits(sender, 1)) return false;
    this.#connections.count(sender, 1);
    return true;
  }

  disconnect(sender: string): void {
    this.#connections.count(sender, -1);
  }
}
