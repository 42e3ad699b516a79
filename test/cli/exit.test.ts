/** What a command says when it fails. */
import { expect, it } from 'vitest';
import { CommandError, EXIT, sentenceOf } from '../../src/cli/exit.ts';
import { AppError } from '../../src/domain/errors.ts';

const because = (message: string) => ({ cause: new Error(message) });

it.each([
  [
    new AppError('store-unavailable', 'the thread has failed', because('no memory')),
    'the thread has failed: no memory',
  ],
  [new AppError('store-unavailable', 'the disk is full: 13', because('13')), 'the disk is full: 13'],
  [new AppError('backup-unavailable', 'the store is in memory'), 'the store is in memory'],
  [new CommandError(EXIT.unreachable, 'no server answers', because('ECONNREFUSED')), 'no server answers'],
])('%s reads %s', (error, sentence) => {
  expect(sentenceOf(error)).toBe(sentence);
});
