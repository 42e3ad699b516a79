/** An old log among records of today: what one is told before its records silently weigh nothing. */
import { expect, it } from 'vitest';
import { scratchOfFile, serverOfFile, webLine } from './harness.ts';

const scratch = scratchOfFile();
const { server, onServer } = await serverOfFile();

it('is told when it is ingested or marked, and by check', async () => {
  const today = scratch.file('today.log', `${webLine(1, '10.0.0.1', '/')}\n`);
  const old = scratch.file('old.log', `${webLine(1, '10.0.0.1', '/').replace('2026', '2015')}\n`);
  expect(await onServer('ingest', today, '--label', 'good')).toMatchObject({ code: 0, stderr: '' });
  await server.composition.jobs.idle();
  expect((await onServer('check')).stdout).toContain(
    'ok    ages: records from 2026-01-14 to 2026-01-14 are learnt, with a half-life of 30 days\n',
  );

  const ingested = await onServer('ingest', old, '--label', 'good');
  expect(ingested.code).toBe(0);
  expect(ingested.stderr).toMatch(
    /old\.log: these records are 10 years older than the newest learnt; with a half-life of 30 days they weigh next to nothing: set a longer one/,
  );
  expect(ingested.stderr).toMatch(
    /^these records join the corpus good, begun 2026-01-15T\S+: retract \S+ takes all of it back; --window with another name keeps/,
  );
  const unlabelled = await onServer('ingest', old.replace('old', 'today'), old);
  expect(unlabelled.code).toBe(0);
  expect(unlabelled.stderr).toMatch(/^\S+old\.log: these records are 10 years older than the newest learnt/);
  const two = [2, 3].map(minute =>
    scratch.file(`old-${minute}.log`, `${webLine(minute, '10.0.0.1', '/').replace('2026', '2015')}\n`),
  );
  const many = await onServer('ingest', old, today, ...two, '--label', 'good');
  expect(many.code).toBe(0);
  expect(many.stderr.match(/with a half-life of/g)).toHaveLength(1);
  expect(many.stderr).toMatch(
    /old\.log: these records are 10 years older .*\nso it is with 2 more of these files\n$/,
  );
  const apart = await onServer('ingest', today, '--label', 'good', '--window', 'vouched for');
  expect(apart).toMatchObject({ code: 0, stderr: '' });
  await server.composition.jobs.idle();

  const day = ['--from', '2015-01-14T00:00:00Z', '--to', '2015-01-15T00:00:00Z'];
  const marked = await onServer('mark', ...day, '--label', 'bad');
  expect(marked.stdout).toContain(': 3 records\n');
  expect(marked.stderr).toContain('these records are 10 years older than the newest learnt');

  const checked = await onServer('check');
  expect(checked.code).toBe(0);
  expect(checked.stdout).toContain(
    'note  ages: records from 2015-01-14 to 2026-01-14 are learnt, with a half-life of 30 days: those before 2025-06-28 weigh',
  );
});
