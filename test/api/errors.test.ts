/** Codes ⇔ the table of statuses ⇔ docs/errors.md, each checked both ways. */
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { errorCodeOf, PROBLEMS, problemOf, RecordRefused } from '../../src/api/problem.ts';
import { AppError, ERROR_CODES, REJECTION_CODES } from '../../src/domain/errors.ts';
import { textOf } from '../house/source-tree.ts';
import { openApi } from './api-under-test.ts';

/** The rows of the table under a heading: first and second column. */
function rowsUnder(heading: string): Map<string, string> {
  const section =
    textOf('docs/errors.md')
      .split(/^## /m)
      .find(part => part.startsWith(`${heading}\n`)) ?? '';
  const rows = [...section.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \|/gm)];
  return new Map(rows.map(([, code = '', second = '']) => [code, second.trim()]));
}

describe('docs/errors.md', () => {
  it('has a row for each code with its status, and no others', () => {
    const told = rowsUnder('Codes');
    expect([...told.keys()].sort()).toEqual([...ERROR_CODES].sort());
    for (const code of ERROR_CODES) {
      const isTold = told.get(code);
      expect(isTold, code).toBe(isTold === '–' ? '–' : String(PROBLEMS[code].status));
    }
    const neverAnswered = [...told].filter(([, status]) => status === '–').map(([code]) => code);
    expect(neverAnswered).toEqual(['backup-damaged', 'config-invalid', 'data-folder-unusable']);
  });
  it('has a row for each reason of a rejection, and no others', () => {
    expect([...rowsUnder('Rejected lines').keys()].sort()).toEqual([...REJECTION_CODES].sort());
  });
});

describe('the example of a problem in docs/errors.md', () => {
  it('is what the server says of such a request', async () => {
    const [, example = ''] = /```json\n(\{\n[^`]+)```/.exec(textOf('docs/errors.md')) ?? [];
    const api = await openApi();
    const window = { from: '2026-01-15T12:00:00Z', to: '2026-01-15T11:00:00Z', label: 'bad' };
    const { body } = await api.as('responder').post('/v1/windows').send(window);
    expect(body).toEqual(JSON.parse(example));
  });
});

describe('the type of a problem', () => {
  it('leads to what docs/errors.md says of it', async () => {
    const { app } = await openApi();
    for (const code of ERROR_CODES) {
      const { status, text, type } = await supertest(app).get(`/problems/${code}`);
      expect([code, status, type]).toEqual([code, 200, 'text/plain']);
      const [head, title, meaning = ''] = text.split('\n\n');
      expect([head, title]).toEqual([`${code} (${PROBLEMS[code].status})`, PROBLEMS[code].title]);
      expect(meaning).toMatch(/^[A-Z?].{20,}[^`\]]\.\n$/);
    }
    expect((await supertest(app).get('/problems/nonsense')).status).toBe(404);
  });
});

describe('the table of problems', () => {
  it('has a title of its own for each code', () => {
    const titles = ERROR_CODES.map(code => PROBLEMS[code].title);
    expect(new Set(titles).size).toBe(ERROR_CODES.length);
  });
});

describe('problemOf', () => {
  it('tells an expected failure with its fields', () => {
    const errors = [{ detail: 'must be later than from', pointer: '#/to' }];
    const error = new AppError('invalid-request', 'to must be later than from', { errors });
    expect(problemOf(error, '/v1/windows')).toEqual({
      type: '/problems/invalid-request',
      title: PROBLEMS['invalid-request'].title,
      status: 400,
      detail: 'to must be later than from',
      instance: '/v1/windows',
      errors,
    });
  });
  it('tells nothing of an unexpected one', () => {
    const problem = problemOf(new TypeError('secret: 4711'), '/v1/model');
    expect(problem).toMatchObject({ type: '/problems/internal', status: 500 });
    expect(JSON.stringify(problem)).not.toContain('4711');
  });
  it('tells why a lone record is refused', () => {
    const rejection = { code: 'invalid-time', detail: 'ts is no time' } as const;
    expect(problemOf(new RecordRefused(rejection), '/v1/score')).toMatchObject({
      status: 400,
      rejected: rejection,
    });
  });
  it.each([
    [new URIError('URI malformed'), 'bad-request'],
    [new Error('x'), 'internal'],
    ['thrown text', 'internal'],
    [new AppError('overloaded', 'x'), 'overloaded'],
  ])('%s is %s', (error, code) => {
    expect(errorCodeOf(error)).toBe(code);
  });
});
