/** Reasons of one token are one reason. */
import { expect, it } from 'vitest';
import { mergedReasons } from '../../src/cli/suspect.ts';

it('adds up what several groups say of a token, strongest first, and leaves out what has no field', () => {
  const reasons = [
    { field: 'url.path', token: 'admin', contribution: 1.5 },
    { field: '', token: '', contribution: 9 },
    { field: 'url.query', token: 'admin', contribution: 2.5 },
    { field: 'url.path', token: 'admin', contribution: 2 },
    { field: 'source.port', token: 'high', contribution: -1 },
  ];
  expect(mergedReasons(reasons)).toEqual([
    { field: 'url.path', token: 'admin', nats: 3.5 },
    { field: 'url.query', token: 'admin', nats: 2.5 },
    { field: 'source.port', token: 'high', nats: -1 },
  ]);
});
