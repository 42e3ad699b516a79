/** Any text: one log line a record, as its message. It has no time of its own. */

import { boundedText } from './field-check.ts';
import type { Format } from './format.ts';
import { isBlank } from './json.ts';

export const text: Format = {
  name: 'text',
  /** What is left when no other format is sure of itself. */
  detect: () => 0.01,
  open: () => ({
    parse: line => (isBlank(line) ? null : { record: { kind: 'log', message: boundedText(line) } }),
  }),
};
