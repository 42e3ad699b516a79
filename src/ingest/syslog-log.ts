/** What a syslog line becomes where nothing more is known of its program: a log record. */
import { type Draft, newDraft } from './draft.ts';
import { boundedText, type FieldCheck } from './field-check.ts';
import { RemainingText } from './remaining-text.ts';
import { type SyslogHeader, structuredPairsOf, syslogInstantOf } from './syslog-header.ts';

/**
 * The message is `program: what it said`, and what structured data say behind it: a record has no fields for them. The
 * process id is left out, for it would make every text look new; so are facility and severity.
 */
export function syslogDraft(header: SyslogHeader, dataset: string, check: FieldCheck): Draft {
  const draft = newDraft('log');
  draft.atMs = syslogInstantOf(header, check);
  draft.dataset = dataset;
  draft.hostName = check.text(header.host, 'the host');
  const { application, message, structuredData } = header;
  const remaining = new RemainingText();
  for (const [name, value] of structuredPairsOf(structuredData ?? '')) remaining.add(name, value);
  const said = message.trim();
  const parts = [application === undefined ? said : `${application}: ${said}`.trim(), remaining.message];
  draft.message = boundedText(parts.filter(part => part !== '').join(' ')) || undefined;
  if (draft.message === undefined) {
    check.reject({ code: 'missing-field', detail: 'the line says nothing behind its head' });
  }
  return draft;
}
