/**
 * What befalls real servers, `npm run bench:faults -- …`:
 *
 *   [lives] [first seed] [minutes]   lives of a server that is killed without warning (bench/results/faults.jsonl is
 *                                    written by a run from the first seed on)
 *   planted [number]                 whether those lives find faults that are planted in a copy of the program
 *   full-disk                        lives on a disk that is full again and again; for administrators
 *   clock                            lives under a clock that is set ahead and back
 *   sealing [planted]                retention, killed until it is done; or whether that finds a planted fault
 *   copies [number]                  copies of a data folder, file by file, while records are stored
 *   overload                         twice what the machine can do, for a minute
 *   flood [seconds]                  one key floods scoring: whether another one can store
 *   cluster [seeds] [first seed]     several processes as one installation: killed, put to sleep, without MongoDB or Redis
 *
 * One JSON line a figure. Ends with 1 where a promise was broken, or a planted fault was not found.
 */
import { execFileSync } from 'node:child_process';
import { hasSharedData } from '../accuracy/shared-data.ts';
import { jumpClocks } from './clock-jumps.ts';
import { CLUSTER_SEEDS, disturbClusters } from './cluster.ts';
import { COPIES, copyFolders } from './copies.ts';
import { NAME_FILES } from './corpus.ts';
import { findPlanted } from './find-planted.ts';
import { FLOOD_SECONDS, flood } from './flood.ts';
import { fillDisks } from './full-disk.ts';
import { LIVES, liveLives } from './kills.ts';
import { overload } from './overload.ts';
import { ROOT } from './program.ts';
import { findPlantedSealing, sealUnderKills } from './sealing.ts';

const LIVES_MAX = 1_000;
/** No life begins later than this after the first. */
const MINUTES = 30;

const isCluster = process.argv[2] === 'cluster';
const absent = NAME_FILES.filter(path => !hasSharedData(path));
if (absent.length > 0 && !isCluster)
  process.stdout.write(`skipped: no ${absent.join(', ')} in ../shared/data\n`);
else {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = (await run()) ? 0 : 1;
}

function run(): Promise<boolean> {
  if (process.argv[2] === 'planted')
    return findPlanted(process.argv[3] === undefined ? undefined : argument(3, 1));
  if (process.argv[2] === 'full-disk') return fillDisks();
  if (process.argv[2] === 'clock') return jumpClocks();
  if (process.argv[2] === 'sealing')
    return process.argv[3] === 'planted' ? findPlantedSealing() : sealUnderKills();
  if (process.argv[2] === 'copies') return copyFolders(argument(3, COPIES, LIVES_MAX));
  if (process.argv[2] === 'overload') return overload();
  if (process.argv[2] === 'flood') return flood(argument(3, FLOOD_SECONDS));
  if (isCluster) return disturbClusters(argument(3, CLUSTER_SEEDS, LIVES_MAX), argument(4, 1));
  return liveLives(argument(2, LIVES, LIVES_MAX), argument(3, 1), argument(4, MINUTES));
}

/** @throws RangeError where it is no number, or too large */
function argument(index: number, otherwise: number, max = Number.MAX_SAFE_INTEGER): number {
  const text = process.argv[index];
  const value = text === undefined ? otherwise : Number(text);
  if (value > 0 && value <= max) return value;
  throw new RangeError(`${text} must be a number above 0 and at most ${max}`);
}
