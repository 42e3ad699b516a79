/**
 * Which software a user agent claims to be: own table first, then `isbot`, then `bowser` for browsers. Both libraries try
 * dozens of regular expressions, so they see few characters, and each text once in a while: a site meets few user agents,
 * each of them often.
 */
import Bowser from 'bowser';
import { isbot } from 'isbot';
import { Recent } from './recent.ts';
import { tokenText } from './token-text.ts';
import { TOOLS, type ToolKind } from './user-agent-tools.ts';

export interface UserAgent {
  /** Lower case: `curl`, `sqlmap`, `googlebot`, `firefox`; `other` where nothing names it. */
  name: string;
  kind: ToolKind | 'bot' | 'browser' | 'other';
  /** Lower case: `windows`, `linux`, `android`, `ios`, `macos`; `unknown`. */
  os: string;
  /** The first number of its version; `none`. */
  major: string;
  /** `desktop`, `mobile`, `tablet`, `tv`, `bot`, `tool`, `unknown`. */
  device: string;
}

/** Real user agents name themselves within this; at this length the slowest text costs the libraries some 0.1 ms. */
const READ_CHARACTERS_MAX = 256;
const NAME_CHARACTERS_MAX = 32;
const REMEMBERED = 2048;

const known = new Recent(REMEMBERED, readUserAgent);

/**
 * What a user agent claims to be. Never throws; only the first 256 characters are read.
 * @example userAgentOf('curl/8.5.0') // { name: 'curl', kind: 'library', os: 'unknown', major: '8', device: 'tool' }
 */
export function userAgentOf(original: string): UserAgent {
  return known.of(original.length > READ_CHARACTERS_MAX ? original.slice(0, READ_CHARACTERS_MAX) : original);
}

function readUserAgent(text: string): UserAgent {
  const folded = text.toLowerCase();
  const tool = TOOLS.find(({ needle, where }) =>
    where === 'start' ? folded.startsWith(needle) : folded.includes(needle),
  );
  const os = osOf(folded, text);
  if (tool !== undefined) {
    const at = folded.indexOf(tool.needle) + tool.needle.length;
    return { name: tool.name, kind: tool.kind, os, major: majorOf(folded.slice(at)), device: 'tool' };
  }
  if (isbot(text)) return { ...productOf(folded), kind: 'bot', os, device: 'bot' };
  if (!looksLikeBrowser(folded)) return { ...productOf(folded), kind: 'other', os, device: 'unknown' };
  const browser = Bowser.getParser(text, true);
  const name = browser.getBrowserName();
  const device = DEVICES.has(browser.getPlatformType()) ? browser.getPlatformType() : 'unknown';
  // Bowser falls back to the words before the first slash, which any text has.
  if (name === '' || name === 'Mozilla') return { ...productOf(folded), kind: 'other', os, device };
  const major = majorOf(browser.getBrowserVersion() ?? '');
  return { name: tokenText(name.toLowerCase()), kind: 'browser', os, major, device };
}

/** Kinds of devices that Bowser tells. */
const DEVICES: ReadonlySet<string> = new Set(['desktop', 'mobile', 'tablet', 'tv', 'bot']);
/** No software counts further; what does is an attacker's. */
const MAJOR_DIGITS_MAX = 4;

/**
 * The first number of a version, behind a slash or none, in at most four digits; else `none`.
 * @example majorOf('/8.5.0') // '8'
 */
function majorOf(version: string): string {
  const start = version.startsWith('/') ? 1 : 0;
  let end = start;
  while (end - start <= MAJOR_DIGITS_MAX && isDigit(version.charCodeAt(end))) end += 1;
  return end === start || end - start > MAJOR_DIGITS_MAX ? 'none' : version.slice(start, end);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function looksLikeBrowser(folded: string): boolean {
  return folded.startsWith('mozilla/') || folded.startsWith('opera/');
}

/** Words that tell the system, in the order of search: Android and iOS name Linux and Mac OS as well. */
const SYSTEMS: readonly (readonly [word: string, os: string])[] = [
  ['windows', 'windows'],
  ['android', 'android'],
  ['iphone', 'ios'],
  ['ipad', 'ios'],
  ['darwin', 'macos'],
  ['mac os x', 'macos'],
  ['macintosh', 'macos'],
  ['cros ', 'chrome os'],
  ['linux', 'linux'],
  ['ubuntu', 'linux'],
  ['debian', 'linux'],
  ['x11', 'unix'],
  ['bsd', 'unix'],
];

function osOf(folded: string, text: string): string {
  const system = SYSTEMS.find(([word]) => folded.includes(word));
  if (system !== undefined) return system[1];
  if (!looksLikeBrowser(folded)) return 'unknown';
  const os = Bowser.getParser(text, true).getOSName();
  return os === undefined || os === '' ? 'unknown' : tokenText(os.toLowerCase());
}

/**
 * The product that a text begins with, or that follows `compatible;`.
 * @example productOf('mozilla/5.0 (compatible; googlebot/2.1; +http://…)') // { name: 'googlebot', major: '2' }
 */
function productOf(folded: string): { name: string; major: string } {
  const compatible = folded.indexOf('compatible; ');
  const start = compatible === -1 ? 0 : compatible + 'compatible; '.length;
  let end = start;
  while (end < folded.length && end - start < NAME_CHARACTERS_MAX && !isProductEnd(folded.charCodeAt(end)))
    end += 1;
  if (end === start) return { name: 'other', major: 'none' };
  const major = folded.charCodeAt(end) === 47 /* / */ ? majorOf(folded.slice(end)) : 'none';
  return { name: tokenText(folded.slice(start, end)), major };
}

/** Space and controls, and the marks / ( ) ; , that end a product's name. */
function isProductEnd(code: number): boolean {
  return code <= 32 || code === 47 || code === 40 || code === 41 || code === 59 || code === 44;
}
