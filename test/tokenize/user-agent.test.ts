import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { userAgentOf } from '../../src/tokenize/user-agent.ts';
import { TOOLS } from '../../src/tokenize/user-agent-tools.ts';
import { HOSTILE_TEXTS } from './hostile.ts';

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';

describe('userAgentOf', () => {
  it.each([
    ['curl/8.5.0', 'curl', 'library', 'unknown'],
    ['Wget/1.21.3 (linux-gnu)', 'wget', 'library', 'linux'],
    ['python-requests/2.31.0', 'python-requests', 'library', 'unknown'],
    ['Go-http-client/1.1', 'go-http-client', 'library', 'unknown'],
    ['sqlmap/1.7.2#stable (https://sqlmap.org)', 'sqlmap', 'scanner', 'unknown'],
    ['Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:000001)', 'nikto', 'scanner', 'unknown'],
    ['Mozilla/5.0 zgrab/0.x', 'zgrab', 'scanner', 'unknown'],
    ['Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org)', 'nmap', 'scanner', 'unknown'],
    ['masscan/1.3', 'masscan', 'scanner', 'unknown'],
    ['Fuzz Faster U Fool v2.1.0', 'fuzz faster u fool', 'scanner', 'unknown'],
    [
      'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.17763.1',
      'windowspowershell',
      'library',
      'windows',
    ],
    ['Microsoft-CryptoAPI/10.0', 'microsoft-cryptoapi', 'service', 'unknown'],
    [
      'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
      'googlebot',
      'bot',
      'unknown',
    ],
    [
      `${WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36`,
      'chrome',
      'browser',
      'windows',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'firefox', 'browser', 'linux'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1',
      'safari',
      'browser',
      'ios',
    ],
    ['Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)', 'internet explorer', 'browser', 'windows'],
    ['Roku/DVP-9.10 (519.10E04111A)', 'roku', 'other', 'unknown'],
  ])('%s is %s, a %s on %s', (original, name, kind, os) => {
    expect(userAgentOf(original)).toMatchObject({ name, kind, os });
  });

  it.each([
    ['curl/8.5.0', '8', 'tool'],
    ['Fuzz Faster U Fool v2.1.0', 'none', 'tool'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', '2', 'bot'],
    [`${WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36`, '120', 'desktop'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1',
      '17',
      'mobile',
    ],
    [
      'Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1',
      '12',
      'tablet',
    ],
    ['Roku/DVP-9.10 (519.10E04111A)', 'none', 'unknown'],
    ['curl/12345.1', 'none', 'tool'],
    ['curl/\u0661.0', 'none', 'tool'],
  ])('%s is of version %s, on a device of kind %s', (original, major, device) => {
    expect(userAgentOf(original)).toMatchObject({ major, device });
  });

  it('reads no further than 256 characters', () => {
    const padded = `${'x/1 '.repeat(64)}sqlmap`;
    expect(userAgentOf(padded).name).not.toBe('sqlmap');
    expect(userAgentOf(`sqlmap ${'x'.repeat(65_536)}`).name).toBe('sqlmap');
  });

  it.each(HOSTILE_TEXTS)('has a short name for 64 KiB of %s', (_, text) => {
    const { name, os } = userAgentOf(text);
    expect(name.length).toBeGreaterThan(0);
    expect(name.length).toBeLessThanOrEqual(64);
    expect(os.length).toBeGreaterThan(0);
  });

  it('never throws and never answers with nothing', () => {
    const pieces = [
      'Mozilla/5.0 ',
      '(',
      ')',
      '; ',
      'Windows NT',
      'Version/',
      '1.',
      'Edg/',
      'compatible; ',
      'OPR',
      '/',
    ];
    const text = fc.oneof(
      fc.string({ minLength: 1 }),
      fc
        .array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { minLength: 1 })
        .map(parts => `${parts.join('')}x`),
    );
    fc.assert(
      fc.property(text, original => {
        const { name, kind, os } = userAgentOf(original);
        expect(name).not.toBe('');
        expect(kind).not.toBe('');
        expect(os).not.toBe('');
      }),
      { numRuns: 500, seed: 6 },
    );
  });
});

describe('the table of tools', () => {
  it('names each tool once, in lower case', () => {
    const needles = TOOLS.map(({ needle }) => needle);
    expect(new Set(needles).size).toBe(needles.length);
    expect(needles).toEqual(needles.map(needle => needle.toLowerCase()));
  });

  it('finds every row by its own needle', () => {
    for (const { needle, name, kind } of TOOLS) {
      expect(userAgentOf(`${needle}1.0`), needle).toMatchObject({ name, kind });
    }
  });
});
