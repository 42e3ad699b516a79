/** The parser that all formats with one JSON object a line share: they differ in what they make of the object. */
import { type Draft, recordOf } from './draft.ts';
import { FieldCheck } from './field-check.ts';
import type { LineParser, ParserContext } from './format.ts';
import { isBlank, type JsonObject, readObject } from './json.ts';

/** @param draftOf the record in the making; a field that cannot be read is told to `check`, and then the line is rejected */
export function jsonLines(
  { receivedAtMs, utcOf }: ParserContext,
  draftOf: (object: JsonObject, check: FieldCheck) => Draft,
): LineParser {
  const check = new FieldCheck(receivedAtMs, utcOf);
  return {
    parse(line) {
      if (isBlank(line)) return null;
      const read = readObject(line);
      if ('rejected' in read) return read;
      check.begin();
      const draft = draftOf(read.object, check);
      return check.problem === null ? { record: recordOf(draft) } : { rejected: check.problem };
    },
  };
}
