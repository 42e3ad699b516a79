/** Databases of addresses as an installation has them: named, looked at again, and replaced while they are in use. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { AddressDatabases } from '../src/address-databases.ts';
import { Metrics } from '../src/api/metrics.ts';
import { type MmdbValue, mmdbOf } from './mmdb.ts';
import { CALLER, ingest, openWorld, received } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'bayeswatch-mmdb-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Brings a file in place as its makers tell people to: whole, by renaming. */
function place(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
  return path;
}

function told(value: MmdbValue, builtAtMs = 1_700_000_000_000): Buffer {
  return mmdbOf([['192.0.2.0/24', value]], { builtAtMs });
}
const IP = '192.0.2.7';

afterEach(() => {
  vi.useRealTimers();
});

describe('AddressDatabases', () => {
  it('knows nothing without a file', async () => {
    const { context } = await AddressDatabases.open({ countryMmdb: undefined, asnMmdb: undefined });
    expect([context.countryOf(IP), context.asnOf(IP)]).toEqual([undefined, undefined]);
  });

  it('asks each file for what it is named for', async () => {
    const both = place('both.mmdb', told({ country: 'AT', asn: 'AS64500' }));
    const { context } = await AddressDatabases.open({ countryMmdb: both, asnMmdb: both });
    expect([context.countryOf(IP), context.asnOf(IP)]).toEqual(['AT', 64_500]);
    const one = await AddressDatabases.open({ countryMmdb: undefined, asnMmdb: both });
    expect([one.context.countryOf(IP), one.context.asnOf(IP)]).toEqual([undefined, 64_500]);
  });

  it('stops the start where a file is none, and says which and why', async () => {
    const path = place('torn.mmdb', told({ country: 'AT' }).subarray(0, 100));
    await expect(AddressDatabases.open({ countryMmdb: undefined, asnMmdb: path })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(/torn\.mmdb: it is no database in MaxMind's format, or was cut/),
    });
    const missing = AddressDatabases.open({ countryMmdb: join(folder, 'none.mmdb'), asnMmdb: undefined });
    await expect(missing).rejects.toMatchObject({ code: 'config-invalid' });
  });

  it('takes a newer file, keeps the one before while the newer is none, and tells of that once', async () => {
    const path = place('country.mmdb', told({ country: 'AT' }));
    const databases = await AddressDatabases.open({ countryMmdb: path, asnMmdb: undefined });
    const { countryOf } = databases.context;
    const errors: unknown[] = [];
    const look = () => databases.look(error => errors.push(error));
    await look();
    expect([countryOf(IP), errors.length]).toEqual(['AT', 0]);

    place('country.mmdb', Buffer.from('<title>Sign in</title>'));
    await look();
    await look();
    expect(countryOf(IP)).toBe('AT');
    expect(errors).toMatchObject([{ code: 'config-invalid' }]);
    expect(databases.health()).toEqual([{ name: 'country', builtAtMs: 1_700_000_000_000, failures: 1 }]);

    place('country.mmdb', told({ country: 'NL' }, 1_800_000_000_000));
    await look();
    expect(countryOf(IP)).toBe('NL');
    expect(databases.health()).toEqual([{ name: 'country', builtAtMs: 1_800_000_000_000, failures: 1 }]);

    rmSync(path);
    await look();
    expect([countryOf(IP), errors.length]).toEqual(['NL', 2]);
    place('country.mmdb', told({ country: 'DE' }));
    await look();
    expect(countryOf(IP)).toBe('DE');
  });

  it('is told of in the metrics', async () => {
    const path = place('asn.mmdb', told({ asn: 64_500 }));
    const databases = await AddressDatabases.open({ countryMmdb: undefined, asnMmdb: path });
    const metrics = new Metrics();
    metrics.watchAddressDatabases(() => databases.health());
    place('asn.mmdb', Buffer.alloc(9));
    await databases.look(() => {});
    const page = await metrics.registry.metrics();
    expect(page).toContain(
      'bayeswatch_address_database_built_timestamp_seconds{database="asn"} 1700000000\n',
    );
    expect(page).toContain('bayeswatch_address_database_failures_total{database="asn"} 1\n');
  });

  it('looks again by itself, until it is closed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const path = place('watched.mmdb', told({ country: 'AT' }));
    const databases = await AddressDatabases.open({ countryMmdb: path, asnMmdb: undefined });
    databases.watch(() => {});
    place('watched.mmdb', told({ country: 'NL' }));
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    await vi.waitFor(() => expect(databases.context.countryOf(IP)).toBe('NL'));
    databases.close();
  });
});

it('a newer database touches records to come: those before keep what they were accepted with', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const path = place('site.mmdb', told({ country: 'AT' }));
  const world = await openWorld({ countryMmdb: path });
  await world.startLearning();
  const learn = async (id: string) => {
    const corpus = { label: 'good', name: id } as const;
    const flow = { kind: 'flow', event: { id }, source: { ip: '10.0.0.7' }, destination: { ip: IP } };
    await ingest(world, received('ecs', [JSON.stringify(flow)]), { corpus });
    await world.jobs.idle();
  };
  await learn('before');
  place('site.mmdb', told({ country: 'NL' }, 1_800_000_000_000));
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  await vi.waitFor(() => expect(world.addressDatabases()).toMatchObject([{ builtAtMs: 1_800_000_000_000 }]));
  await learn('after');
  const query = { sort: 'count', order: 'desc', limit: 100 } as const;
  const field = 'destination.geo.country_iso_code';
  const { items } = await world.services.listTokens(CALLER.site, { ...query, field });
  expect(items.map(({ token }) => token)).toEqual(['AT', 'NL']);
  await world.close();
});
