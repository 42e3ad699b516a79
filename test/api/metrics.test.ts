/** The page that Prometheus reads: what it costs the services to be asked every few seconds. */
import supertest from 'supertest';
import { expect, it } from 'vitest';
import { FIT_VERSION } from '../../src/bayes/fit/site-fit.ts';
import { CALLER, ingest, received } from '../world.ts';
import { dnsLine, openApi } from './api-under-test.ts';

it('tells how far learning is by asking each site once, and no model for all that it has learnt', async () => {
  const api = await openApi();
  const corpus = { label: 'good', name: 'good' } as const;
  await ingest(api.world, received('ecs', [dnsLine('a.example.org')]), { corpus });
  await api.world.jobs.idle();
  const { services } = api.world;
  const { entry } = await services.getModel(CALLER.site);
  const asked: string[] = [];
  const { getProgress } = services;
  services.getProgress = site => {
    asked.push(site);
    return getProgress(site);
  };
  services.getModel = async () => {
    throw new Error('it counts the tokens of every field');
  };
  const { text } = await supertest(api.app).get('/metrics');
  expect(entry).toBeGreaterThan(0);
  expect(text).toContain(`\nbayeswatch_model_entries ${entry}\n`);
  expect(text).toContain('\nbayeswatch_learning_backlog_records 0\n');
  expect(text).toContain('\nbayeswatch_learning_backlog_windows 0\n');
  expect(asked).toEqual([CALLER.site]);
  await supertest(api.app).get('/metrics');
  expect(asked).toEqual([CALLER.site, CALLER.site]);
});

it('tells of fits that fail, which leave a server ready', async () => {
  const failures: string[] = [];
  const api = await openApi({}, { onError: (_, what) => failures.push(what) });
  const { store, jobs } = api.world;
  const page = async () => (await supertest(api.app).get('/metrics')).text;
  expect(await page()).toContain('\nbayeswatch_fits_failed_total 0\n');
  expect(await page()).toContain('\nbayeswatch_fits_failing_sites 0\n');
  // So that one of nothing is to be stored, too.
  await store.putFit(CALLER.site, { version: FIT_VERSION, entry: 0, content: '{}' });
  store.putFit = () => Promise.reject(new Error('the store takes nothing'));
  const corpus = { label: 'good', name: 'good' } as const;
  await ingest(api.world, received('ecs', [dnsLine('a.example.org')]), { corpus });
  await jobs.idle();
  await api.world.settled();
  expect(failures).toEqual([`fitting the evidence of site ${CALLER.site}`]);
  expect(await page()).toContain('\nbayeswatch_fits_failed_total 1\n');
  expect(await page()).toContain('\nbayeswatch_fits_failing_sites 1\n');
  expect(await page()).toContain('\nbayeswatch_ready 1\n');
});
