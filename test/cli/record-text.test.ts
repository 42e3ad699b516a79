/** Records as people read them, from lines of each kind. */
import { describe, expect, it } from 'vitest';
import { readRecord, recordTexts } from '../../src/cli/record-text.ts';
import { webLine } from './harness.ts';

function textsOf(line: string | object, format: string, preamble: string[] = []): string[] | null {
  const text = typeof line === 'string' ? line : JSON.stringify(line);
  const record = readRecord(text, format, preamble);
  return record === null ? null : recordTexts(record);
}

describe('a record', () => {
  it.each([
    [
      webLine(3, '10.0.0.5', '/a?b=c', 'curl/8'),
      'combined',
      ['2026-01-14T12:00:03.000Z  10.0.0.5', 'GET /a?b=c 200', 'agent curl/8'],
    ],
    [
      {
        source: { ip: '::1', port: 53 },
        'dns.question': { name: 'x.example', type: 'A' },
        'user.name': 'eve',
      },
      'ecs',
      ['[::1]:53', 'A x.example', 'user eve'],
    ],
    [
      {
        source: { ip: '10.0.0.1', port: 9, bytes: 1200 },
        destination: { ip: '10.0.0.2', port: 443, bytes: 5 },
        network: { transport: 'tcp' },
      },
      'ecs',
      ['10.0.0.1:9 → 10.0.0.2:443', 'tcp 1,200 bytes there, 5 back'],
    ],
    ['any text', 'text', ['any text']],
  ])('of %j is shown by its own words', (line, format, texts) => {
    expect(textsOf(line, format)).toEqual(texts);
  });

  it('is read by the header of its file', () => {
    const header = ['#separator \\x09', '#path\tdns', '#fields\tts\tuid\tid.orig_h\tquery'];
    expect(textsOf('1768392009.0\tC9\t10.0.0.66\tx.example', 'zeek-tsv', header)).toEqual([
      '2026-01-14T12:00:09.000Z  10.0.0.66',
      'x.example',
    ]);
  });

  it('of a format that only a newer server knows, or a line that is none, is left as it is', () => {
    expect(textsOf('x', 'punchcards')).toBeNull();
    expect(textsOf('x', 'constructor')).toBeNull();
    expect(textsOf('{broken', 'ecs')).toBeNull();
  });
});
