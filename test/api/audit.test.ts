/** The audit over HTTP: every write has its entry before it is answered, with who, when, from where and how it ended. */
import { createHash } from 'node:crypto';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { addressReader } from '../../src/api/client-address.ts';
import { type AuditEntry, auditTextOf, NO_HASH } from '../../src/domain/audit.ts';
import { AppError } from '../../src/domain/errors.ts';
import { BATCH_RECORDS_MAX } from '../../src/domain/limits.ts';
import { DAY_MS } from '../../src/domain/time.ts';
import { AuditRetention } from '../../src/services/audit-retention.ts';
import { NOON_MS } from '../world.ts';
import { type Api, checkDescribed, codeOf, dnsLine, linesOf, openApi } from './api-under-test.ts';

/** What was told since the keys were made, oldest first. */
async function toldOf(api: Api): Promise<Record<string, unknown>[]> {
  const response = await api.as('admin').get('/v1/audit?limit=1000');
  checkDescribed(api, '/v1/audit', response);
  const items: Record<string, unknown>[] = response.body.items.toReversed();
  return items.slice(items.findLastIndex(({ by, action }) => by === 'test' && action === 'key.make') + 1);
}

async function keyIdOf(api: Api, role: string): Promise<string> {
  const { body } = await api.as('admin').get('/v1/keys');
  return body.items.find(({ name }: { name: string }) => name === `key of ${role}`).id;
}

const lines = (count: number) => Array.from({ length: count }, (_, n) => dnsLine(`n${n}.example.org`));

describe('a request with records', () => {
  it.each<[what: string, type: string, body: (records: number) => string]>([
    ['lines', 'application/x-ndjson', records => `${lines(records).join('\n')}\nnonsense\n`],
    ['an array', 'application/json', records => `[${lines(records).join(',')},7]`],
  ])('of %s has one entry, with its counts', async (_, type, body) => {
    const api = await openApi();
    await api.as('ingest').post('/v1/records').type(type).send(body(3));
    await api.as('ingest').post('/v1/records').type(type).send(body(4));
    const by = await keyIdOf(api, 'ingest');
    const at = new Date(NOON_MS).toISOString();
    const common = { by, at, from: '127.0.0.1', action: 'records.store', outcome: 'done' };
    expect(await toldOf(api)).toMatchObject([
      { ...common, details: { accepted: 3, duplicates: 0, rejected: 1 } },
      { ...common, details: { accepted: 1, duplicates: 3, rejected: 1 } },
    ]);
  });

  it('that is one record has one entry', async () => {
    const api = await openApi();
    const path = '/v1/records?label=bad&window=a%20list';
    await api.as('admin').post(path).type('json').send(dnsLine('x.example.org'));
    const details = { label: 'bad', window: 'a list', accepted: 1, duplicates: 0, rejected: 0 };
    expect(await toldOf(api)).toMatchObject([{ action: 'records.store', outcome: 'done', details }]);
  });

  it('that answers before its end has an entry for its begin too', async () => {
    const api = await openApi();
    const count = BATCH_RECORDS_MAX + 5;
    const body = lines(count).join('\n');
    await api.as('ingest').post('/v1/records').type('application/x-ndjson').send(body);
    const [begun, done, ...others] = await toldOf(api);
    expect(begun).toMatchObject({ action: 'records.store', outcome: 'begun' });
    expect(done).toMatchObject({ outcome: 'done', begin: begun?.['number'], details: { accepted: count } });
    expect(others).toEqual([]);
  });

  it('that is refused says why, and one without any record leaves no trace', async () => {
    const api = await openApi();
    await api.as('admin').post('/v1/records?label=good&window=w').type('json').send(dnsLine('a.example'));
    const taken = await api
      .as('admin')
      .post('/v1/records?label=bad&window=w')
      .type('json')
      .send(dnsLine('b.x'));
    expect(codeOf(taken)).toBe('window-name-taken');
    await api.as('admin').post('/v1/records').type('text/plain').send('\n\n');
    await api.as('admin').post('/v1/records').type('json').send('{"no":"record"}');
    await api.as('admin').post('/v1/score').type('json').send(dnsLine('b.x'));
    expect(await toldOf(api)).toMatchObject([
      { outcome: 'done' },
      { outcome: 'window-name-taken', details: { label: 'bad', window: 'w' } },
    ]);
  });
});

describe('other writes', () => {
  it('have an entry each, in order, done or not', async () => {
    const api = await openApi();
    const { body: stored } = await api
      .as('admin')
      .post('/v1/records')
      .type('json')
      .send(dnsLine('a.example'));
    const { body: window } = await api
      .as('responder')
      .post('/v1/windows')
      .send({ from: 0, to: 1, label: 'bad' });
    await api.as('responder').post('/v1/windows?dryRun=true').send({ from: 0, to: 1, label: 'bad' });
    await api.as('responder').delete(`/v1/windows/${window.id}`);
    await api.as('responder').delete(`/v1/windows/${'x'.repeat(300)}%0Anext`);
    await api
      .as('responder')
      .post('/v1/labels')
      .send({ items: [{ id: stored.id, label: 'bad' }] });
    const { body: key } = await api.as('admin').post('/v1/keys').send({ role: 'viewer', name: '=1+1' });
    await api.as('admin').delete(`/v1/keys/${key.id}`);
    await api.as('viewer').get('/v1/tokens/export');
    const told = (await toldOf(api)).map(({ action, outcome, subject, details }) => [
      action,
      outcome,
      subject,
      details,
    ]);
    expect(told).toEqual([
      ['records.store', 'done', undefined, { accepted: 1, duplicates: 0, rejected: 0 }],
      ['window.mark', 'done', window.id, { label: 'bad' }],
      ['window.retract', 'done', window.id, undefined],
      ['window.retract', 'window-not-found', 'x'.repeat(128), undefined],
      ['records.judge', 'done', undefined, { records: 1 }],
      ['key.make', 'done', key.id, { role: 'viewer', name: '=1+1' }],
      ['key.revoke', 'done', key.id, undefined],
      ['tokens.export', 'begun', undefined, undefined],
      ['tokens.export', 'done', undefined, { tokens: expect.any(Number) }],
    ]);
  });

  it('are found by key and by action', async () => {
    const api = await openApi();
    await api.as('ingest').post('/v1/records').type('json').send(dnsLine('a.example'));
    await api.as('admin').post('/v1/records').type('json').send(dnsLine('b.example'));
    const by = await keyIdOf(api, 'ingest');
    const found = await api.as('admin').get(`/v1/audit?by=${by}&action=records.store`);
    expect(found.body.items).toMatchObject([{ by }]);
    expect(codeOf(await api.as('admin').get('/v1/audit?action=nothing'))).toBe('invalid-request');
    expect(codeOf(await api.as('admin').get('/v1/audit?cursor=x'))).toBe('invalid-request');
    for (const role of ['ingest', 'viewer', 'responder'] as const)
      expect(codeOf(await api.as(role).get('/v1/audit'))).toBe('forbidden');
  });

  it('of another site are not there', async () => {
    const api = await openApi();
    const { secret } = await api.world.services.createKey({ site: 'elsewhere', keyId: 'test' }, 'admin', 'n');
    await api.as('admin').post('/v1/records').type('json').send(dnsLine('a.example'));
    const { body } = await supertest(api.app).get('/v1/audit').set('X-API-Key', secret);
    expect(body.items).toMatchObject([{ number: 1, by: 'test', from: 'local', action: 'key.make' }]);
  });

  it('are not acknowledged where the audit cannot be written', async () => {
    const api = await openApi();
    const full = new AppError('store-unavailable', 'the disk is full');
    api.world.store.putAuditEntries = () => Promise.reject(full);
    const response = await api.as('admin').post('/v1/keys').send({ role: 'viewer', name: 'n' });
    expect(codeOf(response)).toBe('store-unavailable');
    const stored = await api.as('admin').post('/v1/records').type('json').send(dnsLine('a.example'));
    expect(codeOf(stored)).toBe('store-unavailable');
  });
});

describe('the export', () => {
  it('is the whole chain, which anybody can check', async () => {
    const api = await openApi();
    await api.as('admin').post('/v1/records').type('json').send(dnsLine('a.example'));
    const response = await api.as('admin').get('/v1/audit/export?format=ndjson').buffer(true);
    checkDescribed(api, '/v1/audit/export', response);
    const entries = linesOf(response.text) as unknown as (AuditEntry & { at: string; site: string })[];
    expect(entries.length).toBeGreaterThan(5);
    let previous = NO_HASH;
    for (const [index, { hash, at, site, ...entry }] of entries.entries()) {
      expect(entry.number).toBe(index + 1);
      const text = auditTextOf(previous, site, { ...entry, atMs: Date.parse(at) });
      expect(hash).toBe(createHash('sha256').update(text).digest('hex'));
      previous = hash;
    }
  });

  it('is text to a spreadsheet and one line an entry, whatever a key is called', async () => {
    const api = await openApi();
    for (const name of ['=HYPERLINK("x")', 'a;b"c', '@SUM(1)'])
      await api.as('admin').post('/v1/keys').send({ role: 'viewer', name });
    const response = await api.as('admin').get('/v1/audit/export');
    checkDescribed(api, '/v1/audit/export', response);
    expect(response.headers['content-disposition']).toBe('attachment; filename="audit-default.csv"');
    const [head, ...rows] = response.text.split('\r\n').slice(0, -1);
    expect(head).toBe('site,number,at,by,from,action,outcome,begin,subject,details,hash');
    expect(
      rows.every((row, index) => row.startsWith(`"default",${index + 1},"2026-01-15T12:00:00.000Z","`)),
    ).toBe(true);
    expect(response.text).toContain('"role=viewer name==HYPERLINK(""x"")"');
    expect(response.text).toContain('name=a\\u003bb""c"');
    expect(response.text).not.toMatch(/(^|,)"?[=+@-]/m);
  });
});

describe('an audit whose beginning is beyond the retention', () => {
  it('is listed and exported from the first entry left, as described, with what tells of the purge', async () => {
    const api = await openApi();
    const { clock, store, audit } = api.world;
    const retention = new AuditRetention({ store, audit, clock, auditDays: 10 });
    await retention.look('default');
    clock.advance(11 * DAY_MS);
    await api.as('admin').post('/v1/keys').send({ role: 'viewer', name: 'of today' });
    expect(await retention.look('default')).toBe(5);

    const list = await api.as('admin').get('/v1/audit');
    checkDescribed(api, '/v1/audit', list);
    expect(list.body.items).toMatchObject([
      { number: 8, by: 'server', from: 'local', action: 'audit.purge', outcome: 'done', begin: 7 },
      { number: 7, by: 'server', action: 'audit.purge', outcome: 'begun', details: { upTo: 5, days: 10 } },
      { number: 6, action: 'key.make', details: { name: 'of today' } },
    ]);
    expect((await api.as('admin').get('/v1/audit?cursor=4')).body).toEqual({ items: [] });
    const purges = await api.as('admin').get('/v1/audit?action=audit.purge&by=server');
    expect(purges.body.items).toHaveLength(2);

    const response = await api.as('admin').get('/v1/audit/export?format=ndjson').buffer(true);
    checkDescribed(api, '/v1/audit/export', response);
    const [first, begun] = linesOf(response.text) as unknown as (AuditEntry & { at: string; site: string })[];
    if (first === undefined || begun === undefined) throw new Error('nothing is left');
    const { hash, at, site, ...entry } = first;
    const text = auditTextOf(String(begun.details?.['hash']), site, { ...entry, atMs: Date.parse(at) });
    expect(hash).toBe(createHash('sha256').update(text).digest('hex'));
    const table = await api.as('admin').get('/v1/audit/export');
    expect(table.text).toMatch(/"upTo=5 hash=[0-9a-f]{64} days=10"/);
  });
});

describe('the address of a client', () => {
  const requestOf = (remoteAddress: string | undefined, forwarded?: string) =>
    ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as never;
  it.each([
    ['192.0.2.7', undefined, '192.0.2.7'],
    ['::ffff:192.0.2.7', undefined, '192.0.2.7'],
    ['192.0.2.7', '198.51.100.1', '192.0.2.7'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['10.0.0.1', 'spoofed, 198.51.100.1', '198.51.100.1'],
    ['10.0.0.1', '203.0.113.9, 198.51.100.1, 10.2.3.4', '198.51.100.1'],
    ['10.0.0.1', '=cmd|x\n', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.2, nonsense, 10.0.0.3', '10.0.0.3'],
    ['2001:db8::1', '2001:DB8:1::7', '2001:db8:1::7'],
    ['10.0.0.1', `${'1.2.3.4, '.repeat(2_000)}10.0.0.2`, '1.2.3.4'],
    [undefined, '198.51.100.1', 'unknown'],
  ])('of %s forwarding %j is %s', (remote, forwarded, expected) => {
    const addressOf = addressReader(['10.0.0.0/8', '2001:db8::1']);
    expect(addressOf(requestOf(remote, forwarded))).toBe(expected);
  });

  it('is in no header that nobody is trusted to write', () => {
    expect(addressReader()(requestOf('10.0.0.1', '198.51.100.1'))).toBe('10.0.0.1');
  });
});
