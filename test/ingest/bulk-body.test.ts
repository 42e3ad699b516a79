/** Bulk requests as they are framed: what real shippers send, and what nobody should. */
import { describe, expect, it } from 'vitest';
import { JSON_ARRAY_RECORDS_MAX } from '../../src/domain/limits.ts';
import { type BulkItem, splitBulkBody } from '../../src/ingest/bulk-body.ts';

function split(body: string): BulkItem[] {
  const splitting = splitBulkBody(Buffer.from(body));
  for (;;) {
    const step = splitting.next();
    if (step.done) return step.value;
  }
}

const shown = (body: string) =>
  split(body).map(({ bytes, ...item }) =>
    bytes === undefined ? item : { ...item, document: Buffer.from(bytes).toString() },
  );

describe('a bulk body', () => {
  it('is actions and documents in turn; the last line may lack its end', () => {
    const items = [
      { action: 'create', index: 'a', document: '{"m":1}' },
      { action: 'index', id: '7', document: '{"m":2}' },
    ];
    const body = '{"create":{"_index":"a"}}\n{"m":1}\n{"index":{"_id":"7"}}\n{"m":2}';
    expect(shown(body)).toEqual(items);
    expect(shown(`${body}\n`)).toEqual(items);
    expect(shown(`${body.replaceAll('\n', '\r\n')}\r\n`)).toEqual(items);
  });

  it('may have blank lines before actions and an empty id, as omelasticsearch of rsyslog sends them', () => {
    const body =
      '{"index":{"_index": "records", "_id":""}}\n{"m":1}\n\n{"index":{"_index": "records"}}\n{"m":2}\n\n';
    expect(shown(body)).toEqual([
      { action: 'index', index: 'records', document: '{"m":1}' },
      { action: 'index', index: 'records', document: '{"m":2}' },
    ]);
  });

  it('has no document after delete, and one after update', () => {
    expect(shown('{"delete":{"_id":1}}\n{"update":{"_id":2.5}}\n{"doc":{}}\n')).toEqual([
      { action: 'delete', id: '1' },
      { action: 'update', id: '2.5', document: '{"doc":{}}' },
    ]);
  });

  it('has the digits of a number that is an id, also beyond 2^53', () => {
    const ids = ['9007199254740992', '9007199254740993', '-1', '1.0', '1e3', `1${'0'.repeat(400)}`];
    const actions = ids.map(id => `{"delete":{"_index":20260115,"x":"\\"_id\\": 1, \\\\","_id":${id}}}\n`);
    expect(shown(actions.join(''))).toEqual(ids.map(id => ({ action: 'delete', index: '20260115', id })));
  });

  it('has documents that are none handed on, to be refused one by one', () => {
    expect(shown('{"create":{}}\n\n{"create":{}}\nnonsense\n')).toEqual([
      { action: 'create', document: '' },
      { action: 'create', document: 'nonsense' },
    ]);
  });

  it.each([
    ['a document first', '{"message":"a"}\n', 'line 1: an action is expected'],
    ['no JSON', 'x\n{}\n', 'line 1: an action is expected'],
    ['two actions in one', '{"create":{},"index":{}}\n{}\n', 'line 1: an action is expected'],
    ['an action without options', '{"create":1}\n{}\n', 'line 1: an action is expected'],
    ['an inherited name', '{"constructor":{}}\n{}\n', 'line 1: an action is expected'],
    ['__proto__', '{"__proto__":{}}\n{}\n', 'line 1: an action is expected'],
    [
      'an action that goes on for ever',
      `{"create":{"_index":"${'x'.repeat(20_000)}"}}\n{}\n`,
      'line 1: an action',
    ],
    ['nesting', `{"create":{"a":${'['.repeat(99)}${']'.repeat(99)}}}\n{}\n`, 'line 1: an action is expected'],
    ['an id that is none', '{"create":{}}\n{}\n{"create":{"_id":{}}}\n{}\n', 'line 3: _id must be text'],
    ['a number that is none', '{"create":{"_id":01}}\n{}\n', 'line 1: an action is expected'],
    ['a number for a name', '{"create":{"_id":1,2:3}}\n{}\n', 'line 1: an action is expected'],
    ['a long number', `{"create":{"_id":1${'0'.repeat(512)}}}\n{}\n`, 'line 1: _id must be text'],
    ['a long id', `{"create":{"_id":"${'x'.repeat(513)}"}}\n{}\n`, 'line 1: _id must be text'],
    ['no last document', '{"create":{}}\n{}\n{"create":{}}\n', 'line 3: the action has no document'],
  ])('with %s is told so, by the number of the line', (_what, body, detail) => {
    expect(() => split(body)).toThrow(detail);
  });

  it('has at most so many items', () => {
    const body = '{"delete":{}}\n'.repeat(JSON_ARRAY_RECORDS_MAX);
    expect(split(body)).toHaveLength(JSON_ARRAY_RECORDS_MAX);
    expect(() => split(`${body}{"delete":{}}`)).toThrow('jsonArrayRecordsMax');
  });
});
