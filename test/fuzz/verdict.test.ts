/** The judge of the fuzzer sees each fault that it is there for, and none in an answer that is right. */
import supertest from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { openApi } from '../api/api-under-test.ts';
import { type Description, describedBy } from './described.ts';
import type { FuzzAnswer } from './exchange.ts';
import { mutatedBytes, mutatedJson } from './mutations.ts';
import { faultOf } from './verdict.ts';

const PROBLEM = {
  type: '/problems/invalid-request',
  title: 'The request has a wrong value',
  status: 400,
  detail: 'limit: must be a whole number from 1 to 1000',
  instance: '/v1/keys',
};
const RIGHT: FuzzAnswer = { status: 200, type: 'application/json', headers: {}, text: '{"items":[]}' };

const problem = (changes: object, status = 400): FuzzAnswer => ({
  status,
  type: 'application/problem+json',
  headers: {},
  text: JSON.stringify({ ...PROBLEM, status, ...changes }),
});

describe('faultOf', () => {
  let served: Description | null = null;
  let described: Description;
  beforeEach(async () => {
    served ??= describedBy((await supertest((await openApi()).app).get('/openapi.json')).body);
    described = served;
  });
  const judge = (answer: FuzzAnswer, request: { method?: string; described?: string | null } = {}) =>
    faultOf(
      described,
      { method: 'GET', described: '/v1/keys', target: '/v1/keys', headers: {}, body: null, ...request },
      answer,
    );

  it('finds nothing in what is described', () => {
    expect(judge(RIGHT)).toBeNull();
    expect(judge(problem({}))).toBeNull();
    expect(judge({ ...RIGHT, text: '' }, { method: 'HEAD' })).toBeNull();
    expect(judge({ ...problem({}, 405), headers: { allow: 'GET' } }, { method: 'PUT' })).toBeNull();
    expect(judge(problem({}, 404), { described: null })).toBeNull();
  });

  it.each<[string, FuzzAnswer]>([
    ['a status that is described for no operation', problem({}, 418)],
    ['a fault of ours', problem({ type: '/problems/internal' }, 500)],
    ['another media type', { ...RIGHT, type: 'text/html' }],
    ['an error that is no problem', { ...problem({}), type: 'application/json' }],
    ['a field that is not described', { ...RIGHT, text: '{"items":[],"more":1}' }],
    ['a problem without its title', problem({ title: undefined })],
    ['a problem of another status', problem({ status: 401 })],
    ['a code that is not known', problem({ type: '/problems/mishap' })],
    ['a stack', problem({ detail: 'Error\n    at run (app.ts:1:2)' })],
    ['an error of the language', problem({ detail: 'TypeError: x is not a function' })],
    ['a path of this machine', { ...RIGHT, text: JSON.stringify({ items: [], at: process.cwd() }) }],
  ])('finds %s', (_name, answer) => {
    expect(judge(answer)).not.toBeNull();
  });

  it('finds a method that is taken and not described', () => {
    expect(judge(RIGHT, { method: 'PUT' })).not.toBeNull();
    expect(judge(problem({}, 405), { method: 'PUT' })).toBe('no Allow');
  });
});

describe('mutations', () => {
  it('make `__proto__` a key as any other', () => {
    const value = mutatedJson({ a: 1 }, { does: 'add', at: 0, key: '__proto__', value: { polluted: true } });
    expect(JSON.stringify(value)).toBe('{"a":1,"__proto__":{"polluted":true}}');
    const again = mutatedJson(value, { does: 'replace', at: 1, value: null });
    expect(JSON.stringify(again)).toBe('{"a":null,"__proto__":{"polluted":true}}');
  });

  it('change one node of a value', () => {
    const value = { a: [1, { b: 2 }] };
    expect(mutatedJson(value, { does: 'replace', at: 0, value: [] })).toEqual([]);
    expect(mutatedJson(value, { does: 'drop', at: 2 })).toEqual({ a: [{ b: 2 }] });
    expect(mutatedJson(value, { does: 'wrap', at: 4, depth: 2, list: true })).toEqual({
      a: [1, { b: [[2]] }],
    });
    expect(mutatedJson(value, { does: 'drop', at: 0 })).toBeNull();
  });

  it.each([
    [{ does: 'flip', at: 0, bit: 1 }, 'cbc d'],
    [{ does: 'drop', at: 1, length: 2 }, 'a d'],
    [{ does: 'repeat', at: 0, length: 3 }, 'abcabc d'],
    [{ does: 'insert', at: 5, bytes: [0x2d, 0x39], times: 2 }, 'abc d-9-9'],
    [{ does: 'truncate', at: 3 }, 'abc'],
    [{ does: 'splice', at: 1, from: 2 }, 'az'],
    [{ does: 'swap', separator: ' ', first: 0, second: 1 }, 'd abc'],
  ] as const)('%j', (mutation, expected) => {
    expect(mutatedBytes(Buffer.from('abc d'), mutation, Buffer.from('xyz')).toString()).toBe(expected);
  });
});
