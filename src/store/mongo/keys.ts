/** Keys of all sites, their revocations, and the secrets of the installation. */
import type { ApiKey } from '../../domain/key.ts';
import type { Inserted } from '../port.ts';
import type { Collections, KeyDocument } from './collections.ts';
import { answered } from './errors.ts';
import { insertOnce } from './insert.ts';
import { bsonTextOf, textOf } from './text-codec.ts';

export class Keys {
  readonly #keys: Collections['keys'];
  readonly #revocations: Collections['revocations'];
  readonly #secrets: Collections['secrets'];

  constructor({ keys, revocations, secrets }: Collections) {
    this.#keys = keys;
    this.#revocations = revocations;
    this.#secrets = secrets;
  }

  put(key: ApiKey): Promise<Inserted> {
    return insertOnce(this.#keys, {
      _id: bsonTextOf(key.id),
      site: key.site,
      createdAtMs: key.createdAtMs,
      content: JSON.stringify(key),
    });
  }

  async find(id: string): Promise<ApiKey | null> {
    const found = await answered(() => this.#keys.findOne({ _id: bsonTextOf(id) }));
    const [key] = found === null ? [] : await this.#withRevocations([found]);
    return key ?? null;
  }

  /** Oldest first. */
  async list(site: string): Promise<ApiKey[]> {
    const found = await answered(() =>
      this.#keys
        .find({ site: { $eq: site } })
        .sort({ createdAtMs: 1, _id: 1 })
        .toArray(),
    );
    return this.#withRevocations(found);
  }

  count(): Promise<number> {
    return answered(() => this.#keys.countDocuments({}));
  }

  async revoke(site: string, id: string, revokedAtMs: number): Promise<boolean> {
    if ((await this.find(id))?.site !== site) return false;
    await insertOnce(this.#revocations, { _id: bsonTextOf(id), revokedAtMs });
    return true;
  }

  async secret(name: string, candidate: string): Promise<string> {
    const _id = bsonTextOf(name);
    await insertOnce(this.#secrets, { _id, secret: bsonTextOf(candidate) });
    const found = await answered(() => this.#secrets.findOne({ _id }));
    if (found === null) throw new Error('a secret inserted is not there');
    return textOf(found.secret);
  }

  async #withRevocations(documents: readonly KeyDocument[]): Promise<ApiKey[]> {
    const ids = documents.map(({ _id }) => _id);
    const found = await answered(() => this.#revocations.find({ _id: { $in: ids } }).toArray());
    const revoked = new Map(found.map(({ _id, revokedAtMs }) => [_id, revokedAtMs]));
    return documents.map(({ _id, content }) => {
      const key = JSON.parse(content) as ApiKey;
      const revokedAtMs = revoked.get(_id);
      return revokedAtMs === undefined ? key : { ...key, revokedAtMs };
    });
  }
}
