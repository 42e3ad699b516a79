/** All tasks, in the order of the report. */
import type { Task } from '../task.ts';
import { commandChannels } from './command-channels.ts';
import { dnsTunnels } from './dns-tunnels.ts';
import { flowAttacks, flowStatistics } from './flow-attacks.ts';
import { httpParameters } from './http-parameters.ts';
import { generatedDomains, malwareDomains } from './listed-names.ts';
import { logLines, logWindows } from './log-lines.ts';
import { missingHost, missingHostMasked } from './missing-host.ts';
import { webAttacks, webAttacksMasked } from './web-attacks.ts';
import { WRONG_HOSTS } from './wrong-host.ts';

/** Those that the shipped weights are fitted on (fit-weights.ts). */
export const FITTED_TASKS: readonly Task[] = [
  generatedDomains,
  malwareDomains,
  dnsTunnels,
  webAttacks,
  webAttacksMasked,
  httpParameters,
  missingHost,
  missingHostMasked,
  ...WRONG_HOSTS,
];

/**
 * All: the last ones are of captures that the shipped weights never saw, but for the first of commandChannels, and of logs that are made
 * anew wherever they are measured.
 */
export const TASKS: readonly Task[] = [
  ...FITTED_TASKS,
  commandChannels,
  flowStatistics,
  flowAttacks,
  logLines,
  logWindows,
];
