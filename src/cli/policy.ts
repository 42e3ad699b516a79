/** `bayeswatch policy`: by what a site judges and learns; sets some of it, and shows what each threshold would cost. */
import { Command, InvalidArgumentError } from 'commander';
import { thinned } from '../bayes/cost-curve.ts';
import { decimalText } from '../config.ts';
import {
  isDomain,
  isTimeZone,
  OWN_DOMAINS_MAX,
  OWN_RANGES_MAX,
  POLICY_BOUNDS,
  thresholdOf,
} from '../domain/policy.ts';
import { isAddressPattern } from '../domain/scope.ts';
import { type Client, Refusal } from './client.ts';
import { type CommandContext, withFolderOptions } from './command.ts';
import { CommandError, EXIT } from './exit.ts';
import {
  type Fields,
  fieldsOf,
  findFields,
  findNumber,
  findText,
  listIn,
  numberIn,
  textIn,
} from './fields.ts';
import { configOfFolder } from './folder-config.ts';
import { plainText } from './plain-text.ts';
import { pruningText } from './pruning-text.ts';
import { type ServiceOptions, withService } from './service.ts';
import { tableOf } from './table.ts';
import { print, type Terminal } from './terminal.ts';

interface ShowOptions extends ServiceOptions {
  json?: true;
}

/** What may be set, as commander names the options. */
interface Settings {
  costFalseAlarm?: number;
  costMissed?: number;
  baseRate?: number;
  quarantineHours?: number;
  halfLifeDays?: number;
  retentionDays?: number;
  pruneBelow?: number;
  timeZone?: string;
  ownDomains?: string[];
  ownRanges?: string[];
}

const PATH = '/v1/policy';
/** Thresholds that a table shows: a screen of them. */
const ROWS_SHOWN = 16;

export function policyCommand(context: CommandContext): Command {
  return new Command('policy')
    .description('show by what a site judges and learns, set it, and see what thresholds would cost')
    .addCommand(showCommand(context), { isDefault: true })
    .addCommand(setCommand(context))
    .addCommand(curveCommand(context))
    .addCommand(pruningCommand(context));
}

function showCommand({ terminal }: CommandContext): Command {
  return withFolderOptions(new Command('show'))
    .description('show the policy in force, and who set it when')
    .option('--json', 'the answer as JSON')
    .action(async ({ json, ...options }: ShowOptions) => {
      const policy = await onService(terminal, options, client => client.json({ method: 'GET', path: PATH }));
      await printAnswer(terminal, policy, json === true, policyText);
    });
}

function setCommand({ terminal }: CommandContext): Command {
  const { cost, baseRate, quarantineHours, halfLifeDays, retentionDays, pruneBelow } = POLICY_BOUNDS;
  return withFolderOptions(new Command('set'))
    .description('set what is named of the policy; the rest stays as it is, and is kept with it from now on')
    .option('--cost-false-alarm <cost>', 'what a false alarm costs, in a unit of your choice', within(cost))
    .option('--cost-missed <cost>', 'what a missed threat costs, in the same unit', within(cost))
    .option(
      '--base-rate <probability>',
      'how likely a record is bad of which nothing is known',
      within(baseRate),
    )
    .option('--quarantine-hours <hours>', 'how long a record waits to become good', within(quarantineHours))
    .option('--half-life-days <days>', 'after how many days a count weighs half', within(halfLifeDays))
    .option(
      '--retention-days <days>',
      'how long records are kept; older ones are deleted',
      within(retentionDays),
    )
    .option(
      '--prune-below <episodes>',
      'leave tokens out of the model that fewer good episodes hold; `policy pruning` tells what goes',
      within(pruneBelow),
    )
    .option('--time-zone <name>', 'whose hours of the day records are told by', timeZone)
    .option(
      '--own-domains <list>',
      'domains of the site, commas between them, whose imitations are told; "" for none',
      listOf(isDomain, OWN_DOMAINS_MAX, 'domains such as example.org'),
    )
    .option(
      '--own-ranges <list>',
      'addresses and CIDR blocks of the site, commas between them; "" for none',
      listOf(isAddressPattern, OWN_RANGES_MAX, 'addresses or blocks such as 192.0.2.0/24'),
    )
    .option('--json', 'the answer as JSON')
    .action(async (given: ShowOptions & Settings) => {
      const { json, url, key, site, ...settings } = given;
      if (Object.keys(settings).length === 0) {
        throw new CommandError(EXIT.usage, 'name what to set, such as --cost-missed 50; --help lists all');
      }
      const policy = await onService(terminal, given, client => setSome(client, settings));
      await printAnswer(terminal, policy, json === true, policyText);
    });
}

/** By what was read, so that nothing is overwritten that somebody else sets meanwhile. */
async function setSome(client: Client, settings: Settings): Promise<unknown> {
  const { set, costs, ...read } = fieldsOf(await client.json({ method: 'GET', path: PATH }));
  const { costFalseAlarm, costMissed, ...others } = settings;
  const named = {
    ...(costFalseAlarm !== undefined && { falseAlarm: costFalseAlarm }),
    ...(costMissed !== undefined && { missed: costMissed }),
  };
  const after = set === undefined ? 0 : numberIn(fieldsOf(set), 'number');
  const wanted = { ...read, ...others, costs: { ...fieldsOf(costs), ...named }, after };
  const body = { contentType: 'application/json', content: JSON.stringify(wanted) };
  return client.json({ method: 'PUT', path: PATH, body });
}

function curveCommand({ terminal }: CommandContext): Command {
  return withFolderOptions(new Command('curve'))
    .description('show what each threshold would have caught and cost, by the records that have been judged')
    .option('--json', 'the answer as JSON, with all points')
    .action(async ({ json, ...options }: ShowOptions) => {
      const path = `${PATH}/curve`;
      const curve = await onService(terminal, options, client => client.json({ method: 'GET', path }));
      await printAnswer(terminal, curve, json === true, curveText);
    });
}

function pruningCommand({ terminal }: CommandContext): Command {
  return withFolderOptions(new Command('pruning'))
    .description('show what --prune-below would take from the model, and change nothing')
    .option(
      '--below <episodes>',
      'the floor to try; that in force, unless given',
      within(POLICY_BOUNDS.pruneBelow),
    )
    .option('--json', 'the answer as JSON')
    .action(async ({ json, below, ...options }: ShowOptions & { below?: number }) => {
      const query = { below: below === undefined ? undefined : decimalText(below) };
      const call = { method: 'GET', path: `${PATH}/pruning`, query } as const;
      const pruning = await onService(terminal, options, client => client.json(call));
      await printAnswer(terminal, pruning, json === true, pruningText);
    });
}

async function onService(
  terminal: Terminal,
  options: ServiceOptions,
  ask: (client: Client) => Promise<unknown>,
): Promise<unknown> {
  const config = configOfFolder(terminal, options);
  return withService(terminal, config, options, ({ client }) => ask(client));
}

async function printAnswer(
  { stdout }: Terminal,
  answer: unknown,
  isJson: boolean,
  textOf: (answer: Fields) => string,
): Promise<void> {
  await print(stdout, isJson ? `${JSON.stringify(answer)}\n` : textOf(fieldsOf(answer)));
}

function policyText(policy: Fields): string {
  const costs = fieldsOf(policy['costs']);
  const [falseAlarm, missed] = [numberIn(costs, 'falseAlarm'), numberIn(costs, 'missed')];
  const threshold = shortText(thresholdOf({ falseAlarm, missed }));
  const set = findFields(policy, 'set');
  const origin =
    set === null
      ? 'nothing: the environment of the server says it'
      : `number ${numberIn(set, 'number')}, ${textIn(set, 'at')} by ${textIn(set, 'by')}`;
  // A server of an earlier release tells none.
  const pruneBelow = findNumber(policy, 'pruneBelow') ?? 0;
  const rows: [name: string, value: string][] = [
    ['costs', `a false alarm ${falseAlarm}, a missed threat ${missed}: bad from ${threshold} on`],
    ['base rate', String(numberIn(policy, 'baseRate'))],
    ['quarantine', `${numberIn(policy, 'quarantineHours')} hours`],
    ['half-life', `${numberIn(policy, 'halfLifeDays')} days`],
    ['retention', `${numberIn(policy, 'retentionDays')} days`],
    ['pruning', pruneBelow === 0 ? 'none' : `below ${pruneBelow} good episodes`],
    ['time zone', textIn(policy, 'timeZone')],
    ['own domains', textsIn(policy, 'ownDomains').join(', ')],
    ['own ranges', textsIn(policy, 'ownRanges').join(', ')],
    ['set', origin],
  ];
  const told = rows.filter(([, value]) => value !== '');
  return told.map(([name, value]) => `${name.padEnd(12)}${plainText(value)}\n`).join('');
}

function curveText(curve: Fields): string {
  const judged = fieldsOf(curve['judged']);
  const counts = `${numberIn(judged, 'bad')} bad and ${numberIn(judged, 'good')} good records`;
  const inForce = findFields(curve, 'inForce');
  if (inForce === null) return `${counts} are judged: there is a curve once there are some of both\n`;
  const cheapest = findFields(curve, 'cheapest');
  const silence = shortText(numberIn(curve, 'costOfSilence'));
  const conclusion =
    cheapest === null
      ? `no threshold costs less than never to raise an alarm (${silence} a record)`
      : `never to raise an alarm costs ${silence} a record`;
  return `${tableOfPoints(listIn(curve, 'points'), inForce, cheapest)}${counts} are judged; ${conclusion}\n`;
}

function tableOfPoints(points: readonly Fields[], inForce: Fields, cheapest: Fields | null): string {
  const named = new Map<number, { point: Fields; notes: string[] }>();
  const add = (point: Fields, ...notes: string[]) => {
    const threshold = numberIn(point, 'threshold');
    const known = named.get(threshold);
    if (known === undefined) named.set(threshold, { point, notes });
    else known.notes.push(...notes);
  };
  add(inForce, 'what the costs ask for');
  if (cheapest !== null) add(cheapest, 'cheapest');
  for (const point of thinned(points, ROWS_SHOWN)) add(point);
  const rows = [...named].sort(([a], [b]) => a - b);
  return tableOf(
    [
      { title: 'threshold', width: 9, align: 'right' },
      { title: 'caught', width: 7, align: 'right' },
      { title: 'false alarms', width: 12, align: 'right' },
      { title: 'alarms a day', width: 12, align: 'right' },
      { title: 'cost', width: 9, align: 'right' },
      { title: '', width: 40 },
    ],
    rows.map(([threshold, { point, notes }]) => {
      const alertsPerDay = findNumber(point, 'alertsPerDay');
      return [
        shortText(threshold),
        percentText(numberIn(point, 'detection')),
        percentText(numberIn(point, 'falseAlarmRate')),
        alertsPerDay === null ? '' : shortText(alertsPerDay),
        shortText(numberIn(point, 'expectedCost')),
        notes.join(', '),
      ];
    }),
  );
}

/** Three digits that count. @example shortText(0.0123456) // '0.0123' */
function shortText(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** @example percentText(0.925) // '92.5 %' */
function percentText(share: number): string {
  return `${shortText(share * 100)} %`;
}

/** The zone that a server goes by; null where the key may not ask, or the server is too old to tell. */
export async function findTimeZone(client: Client): Promise<string | null> {
  try {
    const name = findText(fieldsOf(await client.json({ method: 'GET', path: PATH })), 'timeZone');
    return name !== null && isTimeZone(name) ? name : null;
  } catch (error) {
    if (error instanceof Refusal && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}

/** @returns an option parser that takes decimal numbers from `least` to `greatest` */
function within([least, greatest]: readonly [number, number]): (text: string) => number {
  return text => {
    const value = /^\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= greatest) return value;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${greatest}.`);
  };
}

/** @returns an option parser that takes at most `max` texts with commas between them; an empty text is none */
function listOf(isOne: (text: string) => boolean, max: number, expected: string): (text: string) => string[] {
  return text => {
    const list = text.split(',').map(one => one.trim());
    const given = list.length === 1 && list[0] === '' ? [] : list;
    if (given.length <= max && given.every(isOne)) return given;
    throw new InvalidArgumentError(`It must be ${expected}, ${max} at most.`);
  };
}

/** Of a server that is too old to tell, none. */
function textsIn(policy: Fields, name: string): string[] {
  const list = policy[name];
  return Array.isArray(list) ? list.filter(one => typeof one === 'string') : [];
}

function timeZone(name: string): string {
  if (isTimeZone(name)) return name;
  throw new InvalidArgumentError('It must be an IANA time zone such as UTC or Europe/Berlin.');
}
