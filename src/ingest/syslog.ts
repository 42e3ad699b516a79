/**
 * Syslog, a message a line: RFC 3164 and RFC 5424, with their priority or as files have them without it. Dataset: `syslog`.
 * A line without a head (the next line of a stack trace) is a log record without a time. Frames with octet counts are for
 * whoever listens on a socket.
 */
import type { Format } from './format.ts';
import { syslogHeaderOf } from './syslog-header.ts';
import { syslogDraft } from './syslog-log.ts';
import { textLines } from './text-lines.ts';

export const syslog: Format = {
  name: 'syslog',
  detect: ({ lines }) => {
    const fitting = lines.filter(line => {
      const { hasPriority, time, application } = syslogHeaderOf(line);
      // A program's own log may begin with RFC 3339, too: only a priority or `program:` makes it syslog.
      return hasPriority || (time !== null && (typeof time !== 'string' || application !== undefined));
    });
    // One such line among others is a text that quotes a log.
    return 2 * fitting.length <= lines.length ? 0 : (0.7 * fitting.length) / lines.length;
  },
  open: context => textLines(context, (line, check) => syslogDraft(syslogHeaderOf(line), 'syslog', check)),
};
