/** `bayeswatch import` against a real server: what it sends, prints and says of a file that is none. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { KNOWN_TOKENIZERS } from '../../src/tokenize/tokenizers.ts';
import { scratchOfFile, serverOfFile } from './harness.ts';

const scratch = scratchOfFile();
const { onServer } = await serverOfFile();
const HEADER = 'field,token,good_records,good_episodes,bad_records,bad_episodes';
const csv = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`;
const TOKENIZER = `record,tokenizer=${KNOWN_TOKENIZERS.newest},4,2,3,1`;
const EXPORT = csv('record,,4,2,3,1', TOKENIZER, 'dns.question.type,,4,2,3,1', 'dns.question.type,A,4,2,1,1');

describe('import', () => {
  it('takes an export over, packed or plain, and is listed and retracted as a window', async () => {
    const packed = scratch.file('tokens.csv.gz', gzipSync(EXPORT));
    const ran = await onServer('import', packed, '--trust', '0.5', '--note', 'the branch', '--wait');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^3 lines are imported as window [0-9a-f-]{36}, which is queued\n$/);
    const id = /window (\S+),/.exec(ran.stdout)?.[1] ?? '';
    expect(ran.stderr).toBe(`window ${id} is applied\n`);
    const listed = await onServer('windows');
    expect(listed.stdout).toMatch(/both +applied +import of 3 lines, trust 0\.5/);
    const again = await onServer('import', scratch.file('tokens.csv', EXPORT), '--trust', '.5', '--json');
    expect(JSON.parse(again.stdout)).toEqual({ id, status: 'applied', tokens: 3 });
    expect((await onServer('retract', id)).stdout).toMatch(/ exactly\n$/);
  });

  it('says by line what is wrong with a file', async () => {
    const file = scratch.file('wrong.csv', csv('record,,4,2,3,1', TOKENIZER, 'x.y,,9,2,3,1'));
    const ran = await onServer('import', file, '--trust', '1');
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('line 4: more good records than there are in all');
    const empty = await onServer('import', scratch.file('empty.csv', ''), '--trust', '1');
    expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining('is empty')]);
  });

  it('needs a trust that is one', async () => {
    const file = scratch.file('trust.csv', EXPORT);
    for (const trust of ['0', '2', 'x', '', '0.12345']) {
      const ran = await onServer('import', file, '--trust', trust);
      expect([trust, ran.code]).toEqual([trust, 2]);
    }
    expect((await onServer('import', file)).code).toBe(2);
  });
});
