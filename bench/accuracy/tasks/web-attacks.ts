/** Web attacks on one site: four tools (five runs) against the requests of its visitors, one run held after the other. */
import { hasSharedData, sharedLines } from '../shared-data.ts';
import { type Case, leaveOneOut, type Task, type WrongLabels } from '../task.ts';

const REQUESTS = 'breakin-weblab/weblab-dev.access.json.ndjson.xz';
const LABELS = 'breakin-weblab/weblab-dev.labels.csv.xz';

/** WordPress, Joomla, Drupal, phpMyAdmin and their kin: the site is static pages. */
const FOREIGN_SOFTWARE =
  /wp-login|wp-admin|xmlrpc\.php|\/administrator|\/admin\.php|\/user\/register|\/node\/add|phpmyadmin|\/register\.php/i;
/** What a forum spammer leaves in a path, and the remainder of a search for victims as a user agent. */
const SPAM = /Result:\+|as_qdr=all/;

/** One line of the JSON access log, as the capture's README names its members. */
interface AccessLine {
  msec: number;
  remote_addr: string;
  request_method: string;
  host: string;
  request_uri: string;
  status: number;
  body_bytes_sent: number;
  request_length: number;
  request_time: number;
  http_referer: string;
  http_user_agent: string;
}

/** Whether a visitor looks for software that the site does not run, or leaves spam: no good request, though called so. */
function isProbe({ request_uri, http_user_agent }: AccessLine): boolean {
  return [request_uri, http_user_agent].some(text => FOREIGN_SOFTWARE.test(text) || SPAM.test(text));
}

function requestCases(withUserAgent: boolean, wrong: WrongLabels): Case[] {
  const labels = sharedLines(LABELS).slice(1);
  return sharedLines(REQUESTS).flatMap((line, index): Case[] => {
    const seen = JSON.parse(line) as AccessLine;
    const [, , , , label = '', tool = ''] = labels[index]?.split(',') ?? [];
    if (wrong === 'left out' && label !== 'attack' && isProbe(seen)) return [];
    const [path = '', query] = splitAt(seen.request_uri, '?');
    return [
      {
        record: {
          kind: 'http',
          atMs: seen.msec * 1_000,
          userAgent: withUserAgent ? seen.http_user_agent || undefined : undefined,
          http: {
            method: seen.request_method,
            referrer: seen.http_referer || undefined,
            requestBytes: seen.request_length,
            statusCode: seen.status,
            responseBodyBytes: seen.body_bytes_sent,
          },
          url: { domain: seen.host, path, query, original: seen.request_uri },
        },
        label: label === 'attack' ? 'bad' : 'good',
        incident: label === 'attack' ? tool : `client ${seen.remote_addr}`,
        witness: { source: seen.remote_addr, atMs: seen.msec * 1_000 },
      },
    ];
  });
}

function splitAt(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1) || undefined];
}

function webTask(name: string, about: string, withUserAgent: boolean): Task {
  return {
    name,
    about,
    available: () => hasSharedData(REQUESTS) && hasSharedData(LABELS),
    splits: (seed, wrong = 'left out') => leaveOneOut(requestCases(withUserAgent, wrong), seed),
  };
}

export const webAttacks = webTask(
  'web-attacks',
  'dirb, sqlmap (its own and random user agents), hydra (basic, form); unseen tools; without client addresses; good: unseen clients of the same site',
  true,
);

export const webAttacksMasked = webTask('web-attacks-no-user-agent', 'the same without user agents', false);
