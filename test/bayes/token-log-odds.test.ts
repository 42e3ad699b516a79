/** λ of an address beyond its network's: compiled, undone, and told of. */
import { describe, expect, it } from 'vitest';
import { conditionalLogOdds } from '../../src/bayes/compile-conditional.ts';
import { type ClassCounts, logOdds } from '../../src/bayes/log-odds.ts';
import { centreOf, tokenLogOdds } from '../../src/bayes/token-log-odds.ts';
import { parentFieldOf, parentTokenOf } from '../../src/domain/parent-token.ts';

const TAU_SQUARED = 2;
const NOTHING = { bad: 0, good: 0 };
const ADDRESS = '203.0.114.9';
const counts: Readonly<Record<string, ClassCounts>> = {
  'destination.ip ': { bad: 10, good: 100 },
  'destination.ip.network ': { bad: 10, good: 100 },
  'destination.ip.network 203.0.114.0/24': { bad: 5, good: 0 },
};
const counted = {
  presenceOf: (field: string) => counts[`${field} `] ?? NOTHING,
  countsOf: (field: string, token: string) => counts[`${field} ${token}`] ?? NOTHING,
};

describe('the weight of an address', () => {
  it('is what it says beyond its network', () => {
    const own = { bad: 5, good: 0 };
    const network = counted.countsOf('destination.ip.network', '203.0.114.0/24');
    const beyond = tokenLogOdds('destination.ip', ADDRESS, own, counted, TAU_SQUARED);
    const totals = counted.presenceOf('destination.ip');
    expect(beyond).toBe(conditionalLogOdds(own, network, totals, TAU_SQUARED));
    expect(beyond).toBeGreaterThan(0);
    expect(beyond).toBeLessThan(logOdds(own, totals, TAU_SQUARED) / 2);
  });

  it('is expected by the classes of addresses, of which many were counted without their networks', () => {
    const sealed: Readonly<Record<string, ClassCounts>> = {
      'destination.ip ': { bad: 50, good: 10_000 },
      'destination.ip.network ': { bad: 1, good: 5_000 },
      'destination.ip.network 203.0.114.0/24': { bad: 0, good: 500 },
    };
    const of = {
      presenceOf: (field: string) => sealed[`${field} `] ?? NOTHING,
      countsOf: (field: string, token: string) => sealed[`${field} ${token}`] ?? NOTHING,
    };
    const usual = { bad: 5, good: 1_000 };
    const network = logOdds({ bad: 0, good: 500 }, { bad: 1, good: 5_000 }, TAU_SQUARED);
    expect(network).toBeLessThan(0);
    // As everywhere on the site 1 of 201: it takes back what its network says, and no more.
    const weight = tokenLogOdds('destination.ip', ADDRESS, usual, of, TAU_SQUARED);
    expect(weight).toBeGreaterThan(0);
    expect(weight).toBeLessThanOrEqual(-network);
  });

  it('is 0 of one that was never seen: its network weighs', () => {
    expect(tokenLogOdds('destination.ip', '203.0.114.10', NOTHING, counted, TAU_SQUARED)).toBe(0);
  });

  it('is all of it where no network is learnt, and for what is no address', () => {
    const own = { bad: 5, good: 0 };
    const before = {
      ...counted,
      presenceOf: (field: string) => (field === 'source.ip' ? { bad: 10, good: 100 } : NOTHING),
    };
    const plain = logOdds(own, { bad: 10, good: 100 }, TAU_SQUARED);
    expect(tokenLogOdds('source.ip', ADDRESS, own, before, TAU_SQUARED)).toBe(plain);
    expect(tokenLogOdds('destination.ip', 'fw01', own, counted, TAU_SQUARED)).toBe(plain);
  });

  it('has a centre where networks are learnt of both classes', () => {
    expect(centreOf('destination.ip', ADDRESS, counted)).toEqual({
      field: 'destination.ip.network',
      token: '203.0.114.0/24',
      expectedBy: 'destination.ip',
    });
    expect(centreOf('source.ip', ADDRESS, counted)).toBeUndefined();
    expect(centreOf('destination.ip.network', '203.0.114.0/24', counted)).toBeUndefined();
  });
});

describe('parents of tokens', () => {
  it.each([
    ['destination.ip', ADDRESS, 'destination.ip.network', '203.0.114.0/24'],
    ['dns.answers.ip', '2001:db8:1:2::3', 'dns.answers.ip.network', '2001:db8:1::/48'],
    ['user_agent.name|source.ip', 'curl given 10.0.0.7', 'user_agent.name', 'curl'],
  ])('of %s', (field, token, parentField, parent) => {
    expect(parentFieldOf(field)).toBe(parentField);
    expect(parentTokenOf(field, token)).toBe(parent);
  });

  it.each(['destination.ip.network', 'destination.ip.class', 'destination.port'])('%s has none', field => {
    expect(parentFieldOf(field)).toBeUndefined();
  });
});
