/**
 * Lines of sshd, sudo, su and cron of ten days on one machine, with twelve ways of breaking in (log-set/): learnt from some
 * ways and from most days, and tried on the others.
 */
import { syslog } from '../../../src/ingest/syslog.ts';
import { hasLogSet, logSetLines } from '../log-set/folder.ts';
import { seededRandom, shuffled } from '../seeded.ts';
import { type Case, FOLDS, type Split, type Task } from '../task.ts';

interface LogCase extends Case {
  /** Whether a responder's window covers it, and whose: what else was logged then is marked with it. */
  markedAs: string | undefined;
}

function logCases(): LogCase[] {
  const windows = logSetLines('windows.csv').map(row => {
    const [incident = '', from = '', to = ''] = row.split(',');
    return { incident, fromMs: Date.parse(from), toMs: Date.parse(to) };
  });
  const parser = syslog.open({ receivedAtMs: Date.now() });
  const truth = logSetLines('truth.csv');
  return logSetLines('auth.log').flatMap((line, index): LogCase[] => {
    const parsed = parser.parse(line);
    if (parsed === null || !('record' in parsed)) throw new Error(`line ${index + 1} is no record`);
    const { record } = parsed;
    const { atMs = 0 } = record;
    const incident = truth[index] ?? '';
    return [
      {
        record,
        label: incident === '' ? 'good' : 'bad',
        incident: incident === '' ? new Date(atMs).toISOString().slice(0, 10) : incident,
        witness: { source: record.hostName, atMs },
        markedAs: windows.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)?.incident,
      },
    ];
  });
}

/** Ways and days dealt into parts, as many in each: by size, as other tasks deal them, every seed would deal these alike. */
function parts(cases: readonly LogCase[], seed: number): Split[] {
  const random = seededRandom(seed);
  const partOf = new Map<string, number>();
  for (const label of ['bad', 'good'] as const) {
    const incidents = new Set(cases.filter(one => one.label === label).map(({ incident }) => incident));
    for (const [index, incident] of shuffled([...incidents], random).entries()) {
      partOf.set(`${label} ${incident}`, index % FOLDS);
    }
  }
  const part = ({ label, incident }: LogCase) => partOf.get(`${label} ${incident}`);
  return Array.from({ length: FOLDS }, (_, held) => ({
    name: `part ${held + 1} of ${FOLDS}`,
    learn: cases.filter(one => part(one) !== held),
    held: cases.filter(one => part(one) === held),
  }));
}

/** The same parts, learnt as marks of windows would teach them: all that was logged then is bad, and all else is good. */
function markedByWindows({ name, learn, held }: Split): Split {
  return {
    name,
    learn: (learn as readonly LogCase[]).map(one =>
      one.markedAs === undefined
        ? { ...one, label: 'good', incident: new Date(one.witness.atMs ?? 0).toISOString().slice(0, 10) }
        : { ...one, label: 'bad', incident: one.markedAs },
    ),
    held,
  };
}

export const logLines: Task = {
  name: 'log-lines',
  about:
    'sshd, sudo, su and cron of one machine; hydra, medusa, ncrack, nmap, spraying, enumeration, stolen passwords and keys and what came after: unseen ways, unseen days',
  available: hasLogSet,
  splits: seed => parts(logCases(), seed),
};

export const logWindows: Task = {
  name: 'log-windows',
  about: 'the same, of which windows are marked: whole minutes, with what else was logged in them',
  available: hasLogSet,
  splits: seed => logLines.splits(seed).map(markedByWindows),
};
