/** All tasks, in the order of the report. */
import type { Task } from '../task.ts';
import { dnsTunnels } from './dns-tunnels.ts';
import { httpParameters } from './http-parameters.ts';
import { generatedDomains, malwareDomains } from './listed-names.ts';
import { missingHost, missingHostMasked } from './missing-host.ts';
import { webAttacks, webAttacksMasked } from './web-attacks.ts';
import { WRONG_HOSTS } from './wrong-host.ts';

export const TASKS: readonly Task[] = [
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
