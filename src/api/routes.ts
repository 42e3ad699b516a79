/** All routes of the interface, in the order in which the description lists them. */
import type { ApiContext, Route } from './route.ts';
import { auditRoutes } from './routes/audit.ts';
import { backupRoutes } from './routes/backup.ts';
import { bulkRoutes } from './routes/bulk.ts';
import { healthRoutes } from './routes/health.ts';
import { keysRoutes } from './routes/keys.ts';
import { labelsRoutes } from './routes/labels.ts';
import { learningRoutes } from './routes/learning.ts';
import { modelRoutes } from './routes/model.ts';
import { otlpRoutes } from './routes/otlp.ts';
import { policyRoutes } from './routes/policy.ts';
import { recordsRoutes } from './routes/records.ts';
import { scoreRoutes } from './routes/score.ts';
import { tokensRoutes } from './routes/tokens.ts';
import { windowsRoutes } from './routes/windows.ts';

export function routesOf(context: ApiContext): Route[] {
  return [
    ...scoreRoutes(context),
    ...recordsRoutes(context),
    ...bulkRoutes(context),
    ...otlpRoutes(context),
    ...windowsRoutes(context),
    ...labelsRoutes(context),
    ...modelRoutes(context),
    ...tokensRoutes(context),
    ...policyRoutes(context),
    ...learningRoutes(context),
    ...keysRoutes(context),
    ...auditRoutes(context),
    ...backupRoutes(context),
    ...healthRoutes(context),
  ];
}
