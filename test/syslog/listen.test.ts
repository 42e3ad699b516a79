/** The listener on real sockets: what is stored of what is sent, what is known again, and what is told of it. */
import { describe, expect, it } from 'vitest';
import type { RecordView } from '../../src/services/search-records.ts';
import { CALLER } from '../world.ts';
import { counted, message, openSyslog } from './syslog-under-test.ts';

const texts = (records: readonly RecordView[]) =>
  records.map(({ stored }) => Buffer.from(stored.original ?? []).toString()).sort();

describe('messages over TCP', () => {
  it('are stored in either framing, as they came', async () => {
    const under = await openSyslog();
    const sent = ['one', 'two', 'three', 'four\nof two lines', 'five'].map(text => message(text));
    const [one = '', two = '', three = '', four = '', five = ''] = sent;
    await under.sendTcp(`${one}\n${two}\r\n`, `${counted(three, `${four}\n`)}`, five);
    await under.until('stored_total', 5, { transport: 'tcp', outcome: 'inserted' });
    const records = await under.records();
    expect(texts(records)).toEqual([...sent].sort());
    expect(records[0]?.stored).toMatchObject({
      format: 'syslog',
      host: 'web1',
      kind: 'log',
      score: expect.any(Number),
    });
    expect(await under.metric('messages_total', { transport: 'tcp' })).toBe(5);
  });

  it('are read as what their programs write', async () => {
    const under = await openSyslog();
    const access = '10.0.0.7 - - [15/Jan/2026:11:59:01 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8"';
    const cef = 'CEF:0|V|P|1|7|blocked|5|src=10.0.0.9 dst=192.0.2.1 in=1 out=2';
    await under.sendTcp(`${message(access)}\n${message(cef)}\n`);
    await under.until('stored_total', 2);
    const kinds = (await under.records()).map(
      ({ stored }) => `${stored.format} ${stored.kind} ${stored.host}`,
    );
    expect(kinds.sort()).toEqual(['cef flow web1', 'combined http web1']);
  });

  it('are of the format that is configured, or rejected', async () => {
    const under = await openSyslog({ format: 'combined' });
    const access = '10.0.0.7 - - [15/Jan/2026:11:59:01 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8"';
    await under.sendTcp(`${message(access)}\n${message('started')}\n`);
    await under.until('stored_total', 1);
    expect(await under.metric('rejected_total', { transport: 'tcp', code: 'not-a-record' })).toBe(1);
  });

  it('that are sent again over a new connection are met, and equal ones of one connection are two', async () => {
    const under = await openSyslog();
    const equal = message('link down');
    const batch = counted(message('a'), equal, equal, message('b'));
    await under.sendTcp(batch);
    await under.until('stored_total', 4, { outcome: 'inserted' });
    await under.sendTcp(batch);
    await under.until('stored_total', 4, { outcome: 'duplicate' });
    expect(await under.records()).toHaveLength(4);
  });

  it('without a time are events each, for nothing tells them from those of tomorrow', async () => {
    const under = await openSyslog();
    await under.sendTcp('<13>fan: stopped\n');
    await under.sendTcp('<13>fan: stopped\n');
    await under.until('stored_total', 2, { outcome: 'inserted' });
    const hosts = (await under.records()).map(({ stored }) => stored.host);
    expect(hosts).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('with an event.id of their own go by that', async () => {
    const under = await openSyslog();
    const json = (text: string) =>
      message(`{"event":{"id":"e1"},"@timestamp":"2026-01-15T11:59:00Z","message":"${text}"}`);
    await under.sendTcp(`${json('a')}\n`);
    await under.sendTcp(`${json('b')}\n`);
    await under.until('stored_total', 1, { outcome: 'inserted' });
    await under.until('stored_total', 1, { outcome: 'duplicate' });
  });
});

describe('messages over UDP', () => {
  it('are events each, equal or not', async () => {
    const under = await openSyslog();
    await under.sendUdp(message('a'), `${message('a')}\n`, `${message('b')}\0`, '\n', '');
    await under.until('stored_total', 3, { transport: 'udp', outcome: 'inserted' });
    expect(texts(await under.records())).toEqual([message('a'), message('a'), message('b')]);
    expect(await under.metric('messages_total', { transport: 'udp' })).toBe(3);
  });

  it('may hold what is no text at all', async () => {
    const under = await openSyslog();
    await under.sendUdp(Buffer.from([0xff, 0xfe, 0x00, 0x80]), '<13>__proto__: {"__proto__":1}');
    await under.until('stored_total', 2);
  });
});

describe('what is no record', () => {
  it('is counted by its code, and harms no other', async () => {
    const under = await openSyslog();
    const long = message('x'.repeat(1_100));
    await under.sendTcp(`${long}\n${counted(long)}${message('a')}\n<13>1 2026-13-45T00:00:00Z h a - - - x\n`);
    await under.sendUdp(long, '<13>');
    await under.until('stored_total', 1);
    await under.until('rejected_total', 2, { transport: 'tcp', code: 'line-too-long' });
    await under.until('rejected_total', 1, { transport: 'tcp', code: 'invalid-time' });
    await under.until('rejected_total', 1, { transport: 'udp', code: 'line-too-long' });
    await under.until('rejected_total', 1, { transport: 'udp', code: 'missing-field' });
    expect(under.log.join()).not.toContain('xxx');
  });
});

describe('the audit', () => {
  it('has an entry for an hour, with its senders, and one for its begin', async () => {
    const under = await openSyslog();
    await under.sendTcp(`${message('a')}\n`);
    await under.until('stored_total', 1);
    await under.sendUdp(message('b'), message('c'), '<13>');
    await under.until('stored_total', 3);
    await under.syslog.close(1_000);
    const { items } = await under.world.services.listAudit(CALLER.site, { limit: 10, by: 'syslog' });
    expect(items).toMatchObject([
      {
        action: 'records.store',
        outcome: 'done',
        from: 'several',
        begin: items[1]?.number,
        details: { accepted: 3, duplicates: 0, rejected: 1, senders: '127.0.0.1 (3)' },
      },
      { action: 'records.store', outcome: 'begun', from: 'several' },
    ]);
  });

  it('begins another hour when one is over', async () => {
    const under = await openSyslog({}, { limits: { hourMs: 1 } });
    for (const [index, text] of ['a', 'b'].entries()) {
      await under.sendTcp(`${message(text)}\n`);
      await under.until('stored_total', index + 1);
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await under.syslog.close(1_000);
    const { items } = await under.world.services.listAudit(CALLER.site, { limit: 10, by: 'syslog' });
    expect(items.map(({ outcome }) => outcome).sort()).toEqual(['begun', 'begun', 'done', 'done']);
  });
});
