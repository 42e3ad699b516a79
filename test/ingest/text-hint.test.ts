/** What is said of lines that were taken for text and do not look like it. */
import { expect, it } from 'vitest';
import { textHintOf } from '../../src/ingest/text-hint.ts';

it.each([
  [['a\0b\0', 'c'], 'NUL bytes'],
  [['ts\tsource\tname', '', '1\t10.0.0.1\texample.org'], '3 columns with tabs'],
  [['name,label,count', 'example.org,good,3', 'example.net,bad,1'], '3 columns with commas'],
])('%j is doubted', (lines, reason) => {
  expect(textHintOf(lines)).toContain(reason);
});

it.each([
  [[]],
  [['one,line,alone']],
  [
    [
      'Jan 14 12:00:00 host sshd[1]: Accepted publickey',
      'Jan 14 12:00:01 host sshd[1]: closed, by user, at once',
    ],
  ],
  [['a tab\there', 'a tab\tthere']],
])('%j is not', lines => {
  expect(textHintOf(lines)).toBeNull();
});
