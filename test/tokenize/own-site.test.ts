import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jaroWinkler } from '../../src/tokenize/jaro-winkler.ts';
import { OwnSites, ownSiteOf } from '../../src/tokenize/own-site.ts';
import { skeletonOf } from '../../src/tokenize/skeleton.ts';
import { HOSTILE_TEXTS } from './hostile.ts';
import { workOf } from './work.ts';

describe('jaroWinkler', () => {
  // Winkler (1990), table of examples.
  it.each([
    ['martha', 'marhta', 0.9611],
    ['dwayne', 'duane', 0.84],
    ['dixon', 'dicksonx', 0.8133],
    ['abc', 'xyz', 0],
    ['', 'a', 0],
    ['same', 'same', 1],
  ])('of %s and %s', (a, b, expected) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(expected, 4);
  });

  it('is the same both ways, and between 0 and 1', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const similarity = jaroWinkler(a, b);
        expect(similarity).toBeGreaterThanOrEqual(0);
        expect(similarity).toBeLessThanOrEqual(1);
        expect(similarity).toBeCloseTo(jaroWinkler(b, a), 12);
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});

describe('skeletonOf', () => {
  it.each([
    ['examp1e', 'example'],
    ['g00gle', 'google'],
    ['rnicrosoft', 'microsoft'],
    ['xn--80ak6aa92e', 'apple'],
    ['раураl', 'paypal'],
    ['Éxämple', 'example'],
    ['vvikipedia', 'wikipedia'],
  ])('folds %s to %s', (label, skeleton) => {
    expect(skeletonOf(label)).toBe(skeleton);
  });

  it('is its own skeleton where nothing is folded', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[abcdefghjkpqstuxyz23456789-]{1,30}$/), label => {
        expect(skeletonOf(label)).toBe(label);
      }),
      { numRuns: 200, seed: 6 },
    );
  });
});

describe('imitationIn', () => {
  const own = ownSiteOf(['example.org', 'intranet.bigbank.co.uk'], []);

  it.each([
    ['www.examp1e.org', 'own confusable'],
    ['exаmple.net', 'own confusable'],
    ['xn--exmple-4nf.net', 'own confusable'],
    ['example.org.evil.test', 'own inside'],
    ['login.example.org.x.evil.test', 'own inside'],
    ['my-example-login.test', 'own inside'],
    ['example.com', 'own suffix'],
    ['www.bigbank.com', 'own suffix'],
    ['exampel.net', 'own 0.95'],
    ['examles.net', 'own 0.9'],
  ])('tells of %s %s', (name, expected) => {
    expect(own.imitationIn(name)).toBe(expected);
  });

  it.each([
    'example.org',
    'WWW.Example.Org',
    'bigbank.co.uk',
    'wikipedia.org',
    'localhost',
    '192.0.2.1',
    '',
    '.',
    'org',
  ])('abstains from %j', name => {
    expect(own.imitationIn(name)).toBeUndefined();
  });

  describe.each(['bücher.de', 'xn--bcher-kva.de', 'Bu\u0308cher.DE'])('of the own domain %s', domain => {
    const letters = ownSiteOf([domain], []);

    it.each(['bücher.de', 'xn--bcher-kva.de', 'www.XN--bcher-kva.de', 'www.BÜCHER.de', 'bu\u0308cher.de'])(
      'abstains from its writing %s',
      name => {
        expect(letters.imitationIn(name)).toBeUndefined();
      },
    );

    it.each([
      ['bucher.de', 'own confusable'],
      // Cyrillic е.
      ['www.xn--bchr-0ra660c.de', 'own confusable'],
      // Its u and dots are two characters: no writing of the domain, for no encoder would be given them.
      ['xn--bucher-xyd.de', 'own confusable'],
      ['bücher.com', 'own suffix'],
      ['xn--bcher-kva.com', 'own suffix'],
      ['bücher.de.evil.test', 'own inside'],
      ['xn--bcher-kva.de.evil.test', 'own inside'],
    ])('tells of %s %s', (name, expected) => {
      expect(letters.imitationIn(name)).toBe(expected);
    });
  });

  it('takes what decodes to ASCII for another name', () => {
    expect(own.imitationIn('xn--example-.org')).toBe('own confusable');
  });

  it('abstains where nothing is own', () => {
    expect(ownSiteOf([], []).imitationIn('example.org')).toBeUndefined();
  });

  it.each([...HOSTILE_TEXTS])('reads a bounded part of %s', (_, text) => {
    const many = ownSiteOf(
      Array.from({ length: 64 }, (__, index) => `${'a'.repeat(20)}${index}.org`),
      [],
    );
    expect(workOf(() => many.imitationIn(`${text}.test`)).characters).toBeLessThan(200_000);
  });
});

describe('ownerOf', () => {
  const own = ownSiteOf([], ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7']);

  it.each([
    ['192.0.2.200', 'own'],
    ['192.0.3.1', 'other'],
    ['198.51.100.7', 'own'],
    ['198.51.100.8', 'other'],
    ['2001:db8:1::1', 'own'],
    ['2001:db9::1', 'other'],
    ['no address', undefined],
  ])('tells of %s %s', (ip, expected) => {
    expect(own.ownerOf(ip)).toBe(expected);
  });

  it.each([
    ['::ffff:192.0.2.200', 'own'],
    ['::FFFF:c000:02c8', 'own'],
    ['::ffff:192.0.3.1', 'other'],
    ['::192.0.2.200', 'other'],
  ])('takes a mapped address for IPv4: %s is %s', (ip, expected) => {
    expect(own.ownerOf(ip)).toBe(expected);
  });

  it.each(['::ffff:10.0.0.0/104', '::ffff:a00:0/104', '10.0.0.0/8'])(
    'takes a mapped range for IPv4: %s',
    range => {
      const mapped = ownSiteOf([], [range]);
      expect(['10.1.2.3', '::ffff:10.1.2.3', '11.0.0.1', '::ffff:11.0.0.1'].map(mapped.ownerOf)).toEqual([
        ...['own', 'own'],
        ...['other', 'other'],
      ]);
    },
  );

  it('takes no mapped address for IPv6', () => {
    const wide = ownSiteOf([], ['::/64']);
    expect(['::1', '192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1'].map(wide.ownerOf)).toEqual([
      ...['own', 'other', 'other', 'other'],
    ]);
  });

  it('abstains where no range is named', () => {
    expect(ownSiteOf(['example.org'], []).ownerOf('192.0.2.1')).toBeUndefined();
  });
});

describe('OwnSites', () => {
  it('makes what is own by a policy once', () => {
    const sites = new OwnSites();
    const first = sites.of({ ownDomains: ['example.org'] });
    expect(sites.of({ ownDomains: ['example.org'], ownRanges: [] })).toBe(first);
    expect(sites.of({})).not.toBe(first);
  });
});
