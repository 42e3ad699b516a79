/** When a clock is believed. */
import { expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { BelievedClock } from '../../src/services/believed-clock.ts';

function openClock() {
  let nowMs = Date.UTC(2026, 0, 15);
  let passedMs = 500;
  const clock = new BelievedClock({ nowMs: () => nowMs, monotonicMs: () => passedMs });
  const pass = (ms: number) => {
    nowMs += ms;
    passedMs += ms;
  };
  const jump = (ms: number) => {
    nowMs += ms;
  };
  return { clock, pass, jump };
}

it('is steady an hour after the first look, or after its last jump either way', () => {
  for (const jumpMs of [400 * DAY_MS, -400 * DAY_MS, 120_000]) {
    const { clock, pass, jump } = openClock();
    expect(clock.isSteady()).toBe(false);
    pass(HOUR_MS);
    expect(clock.isSteady()).toBe(true);
    jump(jumpMs);
    expect(clock.isSteady()).toBe(false);
    pass(HOUR_MS - 1);
    expect(clock.isSteady()).toBe(false);
    pass(1);
    expect(clock.isSteady()).toBe(true);
  }
});

it('may be put right by seconds', () => {
  const { clock, pass, jump } = openClock();
  clock.isSteady();
  pass(HOUR_MS);
  jump(-30_000);
  expect(clock.isSteady()).toBe(true);
});

it('is unsuspected from the start, and after a jump once it is steady again', () => {
  const { clock, pass, jump } = openClock();
  expect(clock.isUnsuspected()).toBe(true);
  jump(DAY_MS);
  expect(clock.isUnsuspected()).toBe(false);
  pass(HOUR_MS);
  expect(clock.isUnsuspected()).toBe(true);
});
