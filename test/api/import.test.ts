/** An export of one site, posted to another: over HTTP, in both forms, and with lines that are none. */
import { describe, expect, it } from 'vitest';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { CALLER, NOON_MS } from '../world.ts';
import { type Api, checkDescribed, codeOf, dnsLine, linesOf, openApi } from './api-under-test.ts';

const PATH = '/v1/tokens/import';
/** What a spreadsheet would take for formulas, and what ends cells and lines. */
const HOSTILE = ['=cmd', '+1', '-1', '@x', "'quoted'", 'a;b', 'a"b', 'a\\b', 'a,b', 'a\u2028b'];

/** A site that has learnt of both classes, hostile texts among them. */
async function taught(): Promise<Api> {
  const api = await openApi();
  const post = (label: string, names: readonly string[]) =>
    api
      .as('admin')
      .post(`/v1/records?label=${label}&window=the-${label}`)
      .type('application/x-ndjson')
      .send(names.map((name, index) => dnsLine(name, { host: { name: HOSTILE[index] } })).join('\n'))
      .expect(200);
  await post(
    'bad',
    HOSTILE.map((_, index) => `x${index}.tunnel.example`),
  );
  await post(
    'good',
    HOSTILE.map((text, index) => `${text}${index}.example.org`),
  );
  await api.world.jobs.idle();
  return api;
}

async function exportOf(api: Api, format: 'csv' | 'ndjson'): Promise<string> {
  return (await api.as('viewer').get(`/v1/tokens/export?format=${format}`).buffer(true).expect(200)).text;
}

const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const;

async function post(api: Api, text: string, format: 'csv' | 'ndjson' = 'csv', query = 'trust=1') {
  const response = await api.as('admin').post(`${PATH}?${query}`).type(TYPES[format]).send(text);
  checkDescribed(api, PATH, response);
  await api.world.jobs.idle();
  return response;
}

const modelOf = async (api: Api) => (await api.as('viewer').get('/v1/model')).body;

describe('POST /v1/tokens/import', () => {
  it('takes what the export of another site gives, as CSV and as NDJSON, and comes to one model', async () => {
    const there = await taught();
    const models: unknown[] = [];
    for (const format of ['csv', 'ndjson'] as const) {
      const here = await openApi();
      const { status, body, headers } = await post(here, await exportOf(there, format), format);
      expect([status, body.status]).toEqual([202, 'queued']);
      const window = await here.as('viewer').get(String(headers['location']));
      checkDescribed(here, '/v1/windows/{id}', window);
      expect(window.body).toMatchObject({
        id: body.id,
        status: 'applied',
        import: { trust: 1, tokenizer: TOKENIZER_VERSION },
      });
      const { id, fields, totals } = await modelOf(here);
      models.push(id);
      expect({ fields, totals }).toEqual({
        fields: (await modelOf(there)).fields,
        totals: (await modelOf(there)).totals,
      });
    }
    expect(models[0]).toBe(models[1]);
  });

  it('is taken back by DELETE, and answers the same request with the same import', async () => {
    const there = await taught();
    const here = await openApi();
    const before = await modelOf(here);
    const text = await exportOf(there, 'csv');
    const first = await post(here, text, 'csv', 'trust=0.5&note=the%20branch');
    expect((await post(here, text, 'csv', 'trust=.5')).body.id).toBe(first.body.id);
    expect(codeOf(await post(here, text, 'csv', 'trust=1'))).toBe('import-in-force');
    const { body } = await here.as('viewer').get('/v1/windows');
    expect(body.items).toMatchObject([{ note: 'the branch', import: { trust: 0.5 } }]);
    const gone = await here.as('admin').delete(`/v1/windows/${first.body.id}`);
    checkDescribed(here, '/v1/windows/{id}', gone);
    expect(gone.body.exact).toBe(true);
    await here.world.jobs.idle();
    // Not the id: the ledger of a new site has begun with the tokenizer meanwhile.
    expect((await modelOf(here)).totals).toEqual(before.totals);
    expect((await modelOf(here)).fields).toEqual({});
  });

  it('takes CSV that went through a spreadsheet: cells unquoted, columns without what is worked out', async () => {
    const there = await taught();
    const rows = (await exportOf(there, 'csv'))
      .split('\r\n')
      .map(row => row.split(',').slice(0, 6).join(','))
      .filter(row => !/,"[^"]*[;,"\\][^"]*",?/.test(row));
    const bare = rows.map(row => row.replace(/"([^",]*)"/g, '$1')).join('\n');
    expect(bare).not.toContain('"');
    const { status, body } = await post(await openApi(), `\ufeff${bare}`);
    expect([status, body.tokens]).toEqual([202, rows.filter(Boolean).length - 2]);
  });

  it.each([
    ['', 'trust'],
    ['trust=0', 'trust'],
    ['trust=0.0000', 'trust'],
    ['trust=1.5', 'trust'],
    ['trust=0.33333', 'trust'],
    ['trust=1e-1', 'trust'],
    ['trust=1&note=%1b', 'note'],
    ['trust=1&label=bad', 'label'],
  ])('refuses ?%s', async (query, parameter) => {
    const response = await post(await openApi(), 'x', 'csv', query);
    expect(codeOf(response)).toBe('invalid-request');
    expect(response.body.errors).toMatchObject([{ parameter }]);
  });

  it('refuses other media types, broken encodings and what is too large, and imports nothing', async () => {
    const api = await openApi();
    const send = () => api.as('admin').post(`${PATH}?trust=1`);
    expect(codeOf(await send().type('application/json').send('{}'))).toBe('unsupported-media-type');
    expect(codeOf(await send().send('x=1'))).toBe('unsupported-media-type');
    expect(codeOf(await send().type('text/csv').set('Content-Encoding', 'gzip').send('no'))).toBe(
      'bad-encoding',
    );
    expect(await api.world.store.listImports(CALLER.site)).toEqual([]);
    expect(await api.world.store.lastEntryNumber(CALLER.site)).toBe(0);
  });

  const HEADER = 'field,token,good_records,good_episodes,bad_records,bad_episodes';
  it.each<[string, 'csv' | 'ndjson', string, [line: number | undefined, detail: string][]]>([
    ['no columns', 'csv', 'a,b\n1,2\n', [[1, 'it lacks field']]],
    ['another column', 'csv', `${HEADER},x\n`, [[1, 'there is a column']]],
    ['a column twice', 'csv', `${HEADER},token\n`, [[1, 'a column is there twice']]],
    ['a cell too few', 'csv', `${HEADER}\nrecord,,1,1,1\n`, [[2, '5 cells under 6 columns']]],
    ['an open quote', 'csv', `${HEADER}\n"record,,1,1,1,1\n`, [[2, 'a quote is not closed']]],
    ['a quote within', 'csv', `${HEADER}\nre"c"ord,,1,1,1,1\n`, [[2, 'a quote is not closed']]],
    [
      'an escape that is none',
      'csv',
      `${HEADER}\nrecord,\\x,1,1,1,1\n`,
      [[2, 'a backslash escapes nothing']],
    ],
    ['a count that is none', 'csv', `${HEADER}\nrecord,,1,1,1,0x1\n`, [[2, 'counts are whole numbers']]],
    ['a long line', 'csv', `${HEADER}\n${'x'.repeat(5_000)}\n`, [[2, 'more than 4096 bytes']]],
    ['no JSON', 'ndjson', '{"field"\n', [[1, 'the line is not JSON']]],
    [
      'deep JSON',
      'ndjson',
      `${'['.repeat(2_000)}${']'.repeat(2_000)}\n`,
      [[1, 'the line is not as an export']],
    ],
    [
      'a field too many',
      'ndjson',
      '{"field":"a","token":"","extra":1}\n',
      [[1, 'is not as an export has it']],
    ],
    ['nothing', 'csv', `${HEADER}\n`, [[undefined, 'it holds no line']]],
  ])('says by line what is wrong: %s', async (_, format, text, told) => {
    const api = await openApi();
    const response = await post(api, text, format);
    expect([response.status, codeOf(response)]).toEqual([400, 'invalid-import']);
    for (const [index, [line, detail]] of told.entries()) {
      expect(response.body.errors[index].line).toBe(line);
      expect(response.body.errors[index].detail).toContain(detail);
    }
    expect(await api.world.store.listImports(CALLER.site)).toEqual([]);
  });

  it('refuses fields of JSON that no export has, __proto__ among them', async () => {
    const there = await taught();
    const [first = {}] = linesOf(await exportOf(there, 'ndjson'));
    for (const name of ['extra', '__proto__']) {
      const line = `${JSON.stringify(first).slice(0, -1)},"${name}":{"a":1}}\n`;
      const { body } = await post(await openApi(), line, 'ndjson');
      expect(body.errors[0].detail).toBe('there is a field that an export does not have');
    }
  });

  it('is told in the audit, refusals too', async () => {
    const api = await openApi();
    await post(api, 'nonsense', 'csv', 'trust=0.25');
    const { body } = await api.as('admin').get('/v1/audit?limit=1');
    checkDescribed(api, '/v1/audit', await api.as('admin').get('/v1/audit?limit=1'));
    expect(body.items).toMatchObject([
      { action: 'tokens.import', outcome: 'invalid-import', details: { trust: 0.25 } },
    ]);
    expect(body.items[0].at).toBe(new Date(NOON_MS).toISOString());
  });
});
