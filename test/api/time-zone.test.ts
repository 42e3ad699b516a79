/** Times that say no offset are in the zone of the site, whatever the format; those that say one are not touched. */
import { describe, expect, it } from 'vitest';
import { POLICY } from '../world.ts';
import { codeOf, openApi } from './api-under-test.ts';

const policy = { ...POLICY, timeZone: 'Europe/Vienna' };

describe('a time without an offset', () => {
  it.each([
    ['ecs', '{"@timestamp":"TIME","message":"m"}', '2026-01-15T11:00:00', '2026-01-15T10:00:00.000Z'],
    ['ecs', '{"@timestamp":"TIME","message":"m"}', '2026-01-15T11:00:00Z', '2026-01-15T11:00:00.000Z'],
    ['ecs', '{"@timestamp":"TIME","message":"m"}', '2026-01-15T11:00:00-02:00', '2026-01-15T13:00:00.000Z'],
    [
      'suricata',
      '{"timestamp":"TIME","event_type":"dns","src_ip":"10.0.0.1","dns":{"type":"query","rrname":"a.example"}}',
      '2025-07-15T11:00:00.250000',
      '2025-07-15T09:00:00.250Z',
    ],
  ])('of %s %s at %s is %s', async (format, line, time, at) => {
    const api = await openApi({}, { policy });
    const path = `/v1/records?format=${format}`;
    const sent = await api.as('admin').post(path).type('json').send(line.replace('TIME', time));
    const { body } = await api.as('admin').get(`/v1/records/${sent.body.id}`);
    expect(JSON.stringify(body)).toContain(`"${at}"`);
  });

  it('is in UTC where no zone is named', async () => {
    const api = await openApi();
    const line = '{"@timestamp":"2026-01-15T11:00:00","message":"m"}';
    const sent = await api.as('admin').post('/v1/records').type('json').send(line);
    const { body } = await api.as('admin').get(`/v1/records/${sent.body.id}`);
    expect(JSON.stringify(body)).toContain('"2026-01-15T11:00:00.000Z"');
  });

  it.each(['0000-01-01T00:00:00', '9999-12-31T23:59:59', '1979-12-31T23:59:59', '2026-13-01T00:00:00'])(
    'that is %s is refused as ever',
    async time => {
      const api = await openApi({}, { policy });
      const line = `{"@timestamp":"${time}","message":"m"}`;
      expect(codeOf(await api.as('admin').post('/v1/records').type('json').send(line))).toBe(
        'invalid-request',
      );
    },
  );
});
