/** `bayeswatch check`: looks at configuration, store, model, queue, clock and disk, and says what to mend. */
import { statfs } from 'node:fs/promises';
import { Command } from 'commander';
import { DEFAULT_SITE } from '../domain/site.ts';
import { DAY_MS } from '../domain/time.ts';
import type { RecountReport } from '../services/recount.ts';
import { recount } from '../services/recount.ts';
import { MEND_DAMAGE } from '../store/sqlite/driver.ts';
import { damagesOf } from '../store/sqlite/integrity.ts';
import { storePathIn } from '../store/sqlite/open.ts';
import type { SyslogTls } from '../syslog/options.ts';
import type { SyslogConfig } from '../syslog-config.ts';
import { weightlessAfterDays } from './age-note.ts';
import type { Client } from './client.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { type CommandContext, withFolderOptions } from './command.ts';
import { CommandError, EXIT, type ExitCode } from './exit.ts';
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
import { startCounter } from './progress.ts';
import { type Service, type ServiceOptions, withService } from './service.ts';
import { print, type Terminal } from './terminal.ts';
import { readSyslogTlsFiles } from './tls-files.ts';

interface CheckOptions extends ServiceOptions {
  recount?: true;
}

/** What was looked at, what was found, and what to mend where it is not as it should be. */
interface Finding {
  what: string;
  found: string;
  mend?: string;
  /** Nothing is wrong; it may not be what was meant. */
  isNote?: true;
  exitCode?: ExitCode;
}

/** A clock that is this far behind what it has stamped before has been set back. */
const CLOCK_AHEAD_MS = 60_000;
/** Some million records; less is a day of a busy sensor, or no day. */
const FREE_BYTES_MIN = 2 ** 30;
/** Damages of the database that are listed: SQLite's words, for whoever is asked for help. */
const DAMAGES_LISTED = 5;
/** Differences of a recount that are listed. */
const DIFFERENCES_LISTED = 20;

export function checkCommand(context: CommandContext): Command {
  return withFolderOptions(new Command('check'))
    .description('check configuration, store, model, queue, clock and disk, and say what to mend')
    .option(
      '--recount',
      'read the whole database, count all stored records again and compare with what was learnt',
    )
    .action(async ({ recount: recounts, ...options }: CheckOptions) => {
      const { terminal } = context;
      const config = configOfFolder(terminal, options);
      if (recounts && options.url !== undefined) {
        throw new CommandError(
          EXIT.usage,
          '--recount reads the data folder; leave --url out, on the machine that has it',
        );
      }
      await tell(terminal, { what: 'config', found: 'every variable has a possible value' });
      if (config.syslog !== undefined && options.url === undefined) {
        await tell(terminal, syslog(config.syslog, readSyslogTlsFiles(config)));
      }
      // A store in MongoDB has no folder here, and is looked after by its own tools.
      const dataFolder = config.mongodbUrl === undefined ? config.dataFolder : null;
      const codes = await withService(terminal, config, options, async service => {
        const findings = await serverFindings(service.client).catch(unreachable);
        if (service.folder !== null && dataFolder !== null) findings.push(await disk(dataFolder));
        if (recounts) {
          const whole = dataFolder === null ? null : integrity(dataFolder);
          if (whole !== null) findings.push(whole);
          // What is counted of a damaged file says nothing.
          if (whole?.mend === undefined)
            findings.push(...(await recountFindings(service, terminal, options.site ?? DEFAULT_SITE)));
        }
        for (const finding of findings) await tell(terminal, finding);
        return findings.map(({ exitCode = EXIT.done }) => exitCode);
      });
      context.finish(
        codes.includes(EXIT.unreachable)
          ? EXIT.unreachable
          : (codes.find(code => code !== EXIT.done) ?? EXIT.done),
      );
    });
}

/** What a server of this configuration listens to, and to whom: nothing else guards a port of syslog. */
function syslog({ host, ports, site, allow }: SyslogConfig, tls: SyslogTls | undefined): Finding {
  const listened = Object.entries(ports).map(([transport, port]) => `${transport} port ${port}`);
  const from = allow.length === 0 ? 'whoever reaches it' : allow.join(', ');
  const proved = tls?.clientCa === undefined ? '' : '; over TLS with certificates of clients';
  return {
    what: 'syslog',
    found: `${listened.join(', ')} of ${host}, from ${from}${proved}, for the site ${site}`,
  };
}

async function serverFindings(client: Client): Promise<Finding[]> {
  // Of a data folder the model is made when it is first asked for, which may take longer than readiness waits.
  const model = await modelFindings(client);
  return [...(await parts(client)), ...model, await clock(client)];
}

/** A server that is not there, or lets nobody look, is a finding too. */
function unreachable(error: unknown): Finding[] {
  if (!(error instanceof CommandError) || error.exitCode !== EXIT.unreachable) throw error;
  const mend = 'Nothing of it can be looked at before that.';
  return [{ what: 'server', found: error.message, mend, exitCode: error.exitCode }];
}

async function tell({ stdout }: Terminal, { what, found, mend, isNote }: Finding): Promise<void> {
  const sign = mend === undefined ? 'ok   ' : isNote ? 'note ' : 'WRONG';
  await print(
    stdout,
    `${sign} ${plainText(`${what}: ${found}`)}\n${mend === undefined ? '' : `      ${mend}\n`}`,
  );
}

/** Store, model and learning, as the server itself sees them. */
async function parts(client: Client): Promise<Finding[]> {
  const readiness = await client.json({ method: 'GET', path: '/readyz', takes: [503] });
  const parts = findFields(fieldsOf(readiness), 'parts') ?? {};
  return Object.entries(parts).map(([what, value]): Finding => {
    const part = fieldsOf(value);
    const found = findText(part, 'detail') ?? (part['ok'] === true ? 'works' : 'does not work');
    if (part['ok'] === true) return { what, found };
    return {
      what,
      found,
      mend: 'Look at the log of the server, at the disk and at its folder.',
      exitCode: EXIT.unreachable,
    };
  });
}

async function modelFindings(client: Client): Promise<Finding[]> {
  const model = fieldsOf(await client.json({ method: 'GET', path: '/v1/model' }));
  return [queue(model), recounting(model) ?? [], ages(model) ?? []].flat();
}

/** Whether some of what was learnt is too old to count beside the rest; null where nothing dated is learnt. */
function ages(model: Fields): Finding | null {
  const oldest = findText(model, 'oldestDay');
  const newest = findText(model, 'newestDay');
  if (oldest === null || newest === null) return null;
  const halfLifeDays = findNumber(model, 'halfLifeDays');
  const learnt = `records from ${oldest} to ${newest} are learnt`;
  if (halfLifeDays === null) return { what: 'ages', found: learnt };
  const found = `${learnt}, with a half-life of ${halfLifeDays} days`;
  const weightlessMs = Date.parse(newest) - weightlessAfterDays(halfLifeDays) * DAY_MS;
  if (Date.parse(oldest) >= weightlessMs) return { what: 'ages', found };
  const since = new Date(weightlessMs).toISOString().slice(0, 10);
  return {
    what: 'ages',
    found: `${found}: those before ${since} weigh next to nothing`,
    mend: 'Where they should count, set a longer one: `bayeswatch policy set --half-life-days`.',
    isNote: true,
  };
}

function queue(model: Fields): Finding {
  const backlog = findFields(model, 'backlog') ?? {};
  const waiting = `${numberIn(backlog, 'windows')} windows and ${numberIn(backlog, 'records')} records wait to be learnt`;
  return { what: 'queue', found: `${waiting}; the model is ${textIn(model, 'id')}` };
}

/** Whether a newer tokenizer counts all again: then what is marked takes longer. */
function recounting(model: Fields): Finding | null {
  const recount = findFields(model, 'recount');
  if (recount === null) return null;
  const parts = `${numberIn(recount, 'done')} of ${numberIn(recount, 'total')} parts are done`;
  return {
    what: 'tokenizer',
    found: `version ${numberIn(recount, 'tokenizer')} counts all again, ${parts}; version ${numberIn(model, 'tokenizer')} scores until then`,
  };
}

/** The clock must not be behind what it stamped before: quarantine and windows go by it. */
async function clock(client: Client): Promise<Finding> {
  const query = { sort: 'time', limit: 1 };
  const page = fieldsOf(await client.json({ method: 'GET', path: '/v1/records', query }));
  const [newest] = listIn(page, 'items');
  const now = new Date(SYSTEM_CLOCK.nowMs()).toISOString();
  const found = `this machine says ${now}`;
  const aheadMs = newest === undefined ? 0 : Date.parse(textIn(newest, 'receivedAt')) - SYSTEM_CLOCK.nowMs();
  if (!(aheadMs > CLOCK_AHEAD_MS)) return { what: 'clock', found };
  const behind = `${found}, and the newest record was received ${Math.round(aheadMs / 1_000)} s after that`;
  return {
    what: 'clock',
    found: behind,
    mend: 'Set the clock, and keep it set (NTP).',
    exitCode: EXIT.unreachable,
  };
}

/** A full disk refuses whatever is sent, so it is told before. */
async function disk(dataFolder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataFolder);
  const freeBytes = bavail * bsize;
  const found = `${Math.floor(freeBytes / 2 ** 20).toLocaleString('en')} MiB are free where the data folder is`;
  if (freeBytes >= FREE_BYTES_MIN) return { what: 'disk', found };
  return {
    what: 'disk',
    found,
    mend: 'Make room: without it nothing is stored.',
    exitCode: EXIT.unreachable,
  };
}

/** A folder that was copied while a server wrote to it may be torn; reading all of it shows that. */
function integrity(dataFolder: string): Finding {
  const what = 'integrity';
  const damages = damagesOf(storePathIn(dataFolder));
  if (damages.length === 0) return { what, found: 'the database is whole' };
  const found = `the database is damaged: ${damages.slice(0, DAMAGES_LISTED).join('; ')}`;
  const mend = `${MEND_DAMAGE.charAt(0).toUpperCase()}${MEND_DAMAGE.slice(1)}.`;
  return { what, found, mend, exitCode: EXIT.unreachable };
}

async function recountFindings({ folder }: Service, terminal: Terminal, site: string): Promise<Finding[]> {
  if (folder === null) return [];
  const counter = startCounter(terminal.stderr, 'counting again');
  try {
    const report = await recount(folder.store, site, {
      onProgress: ({ records }) => counter.update(records),
    });
    const { records } = await folder.store.countIntents(site);
    return [recountFinding(report, records)];
  } finally {
    counter.stop();
  }
}

function recountFinding(
  { records, tokens, entry, differences, negative }: RecountReport,
  waiting: number,
): Finding {
  const what = 'recount';
  const counted = `${records} records, ${tokens} tokens a day, up to entry ${entry} of the ledger`;
  if (differences.length === 0 && negative === 0) return { what, found: `${counted}: equal` };
  if (waiting > 0 && negative === 0) {
    const mend = 'Learning is not done: let the server finish, stop it, and check again.';
    return {
      what,
      found: `${counted}: ${waiting} records are not counted yet`,
      mend,
      exitCode: EXIT.unreachable,
    };
  }
  const listed = differences.slice(0, DIFFERENCES_LISTED).map(differenceText).join('; ');
  const found = `${counted}: ${differences.length} tokens differ, ${negative} counts are negative: ${listed}`;
  const mend = 'This is a defect of the program: report it with this output. Nothing stored is lost.';
  return { what, found, mend, exitCode: EXIT.input };
}

function differenceText({ token, settled, recounted }: RecountReport['differences'][number]): string {
  const text = (counts: RecountReport['differences'][number]['settled']) =>
    [counts.goodRecords, counts.goodEpisodes, counts.badRecords, counts.badEpisodes].join('/');
  return `${token.replaceAll('\t', ' ')} ${text(settled)} settled, ${text(recounted)} counted`;
}
