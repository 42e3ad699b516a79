/** The parser that formats share whose lines are read one by one, whatever came before: they differ in what they make of a line. */
import { type Draft, recordOf } from './draft.ts';
import { FieldCheck } from './field-check.ts';
import type { LineParser, ParsedLine, ParserContext } from './format.ts';
import { isBlank } from './json.ts';

/**
 * @param draftOf the record in the making, or null for a line that is none of the format; a field that cannot be read is told
 *   to `check`, and then the line is rejected
 * @param unparsable what becomes of a line that is none
 */
export function textLines(
  { receivedAtMs, utcOf }: ParserContext,
  draftOf: (line: string, check: FieldCheck) => Draft | null,
  unparsable: ParsedLine = null,
): LineParser {
  const check = new FieldCheck(receivedAtMs, utcOf);
  return {
    parse(line) {
      if (isBlank(line)) return null;
      check.begin();
      const draft = draftOf(line, check);
      if (draft === null) return unparsable;
      return check.problem === null ? { record: recordOf(draft) } : { rejected: check.problem };
    },
  };
}
