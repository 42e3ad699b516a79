/**
 * Every use case that writes, or lets out what was learnt, tells the audit of it, before its caller is answered: what was
 * acknowledged has its entry. A crash between a write and its entry leaves a write that nobody was told of.
 *
 * A request with records has one entry, with counts. Where it answers before its end, the begin has one too, so that no
 * outcome goes out before the audit knows who sends.
 */
import type { AuditDetails } from '../domain/audit.ts';
import type { Policy } from '../domain/policy.ts';
import { type AuditDependencies, AuditWriter } from './audit-writer.ts';
import type { Caller } from './caller.ts';
import { exportAudit, listAudit } from './list-audit.ts';
import type { IngestOptions, RecordSession } from './record-session.ts';
import type { Services } from './services.ts';

/** The use cases as they are, without the audit. */
export type UnauditedServices = Omit<Services, 'openIngest' | 'listAudit' | 'exportAudit'> & {
  openIngest(caller: Caller, options: IngestOptions): Promise<RecordSession>;
};

export function auditedServices(services: UnauditedServices, deps: AuditDependencies): Services {
  const writer = new AuditWriter(deps);
  return {
    ...services,
    openIngest: (caller, options) =>
      writer.session(caller, options, () => services.openIngest(caller, options)),
    markWindow: (caller, request) =>
      writer.call(caller, 'window.mark', { details: { label: request.label } }, async () => {
        const view = await services.markWindow(caller, request);
        return { result: view, content: { subject: view.id } };
      }),
    retractWindow: (caller, id) =>
      writer.call(caller, 'window.retract', { subject: id }, async () => {
        return { result: await services.retractWindow(caller, id) };
      }),
    judgeRecords: (caller, items, note) =>
      writer.call(caller, 'records.judge', { details: { records: items.length } }, async () => {
        return { result: await services.judgeRecords(caller, items, note) };
      }),
    createKey: (caller, role, name) =>
      writer.call(caller, 'key.make', { details: { role, name } }, async () => {
        const made = await services.createKey(caller, role, name);
        return { result: made, content: { subject: made.key.id } };
      }),
    revokeKey: (caller, id) =>
      writer.call(caller, 'key.revoke', { subject: id }, async () => {
        return { result: await services.revokeKey(caller, id) };
      }),
    setPolicy: (caller, policy, after) =>
      writer.call(caller, 'policy.set', { details: detailsOf(policy) }, async () => {
        const inForce = await services.setPolicy(caller, policy, after);
        return { result: inForce, content: { subject: String(inForce.set?.number) } };
      }),
    runLearning: caller =>
      writer.call(caller, 'learning.run', {}, async () => ({ result: await services.runLearning(caller) })),
    makeBackup: caller =>
      writer.call(caller, 'backup.make', {}, async () => {
        const backup = await services.makeBackup(caller);
        return { result: backup, content: { subject: backup.name, details: { bytes: backup.bytes } } };
      }),
    exportTokens: caller => writer.pages(caller, 'tokens.export', 'tokens', services.exportTokens(caller)),
    activateModel: (caller, name) =>
      writer.call(caller, 'model.activate', { subject: name }, async () => {
        const activated = await services.activateModel(caller, name);
        return { result: activated, content: { subject: activated.id, details: { entry: activated.entry } } };
      }),
    importTokens: (caller, request, lines) =>
      writer.call(caller, 'tokens.import', { details: { trust: request.trust } }, async () => {
        const view = await services.importTokens(caller, request, lines);
        return { result: view, content: { subject: view.id } };
      }),
    listAudit: (site, query) => listAudit(deps.audit, site, query),
    exportAudit: caller =>
      writer.pages(caller, 'audit.export', 'entries', exportAudit(deps.audit, caller.site)),
  };
}

function detailsOf({ costs, ownDomains, ownRanges, ...rest }: Policy): AuditDetails {
  return {
    ...rest,
    costFalseAlarm: costs.falseAlarm,
    costMissed: costs.missed,
    ...(ownDomains !== undefined && { ownDomains: ownDomains.join(', ') }),
    ...(ownRanges !== undefined && { ownRanges: ownRanges.join(', ') }),
  };
}
