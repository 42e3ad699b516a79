/** What makes one doubt that lines which were taken for log text are log text: told to the sender, never a reason to refuse. */

/** Separators in each line from which on lines of equal numbers are taken for columns. */
const SEPARATORS_MIN = 2;
/** Lines from which on an equal number of separators is no coincidence. */
const LINES_MIN = 2;

/** The number that all lines have of a character; 0 where they differ, or are too few to tell. */
function columnsOf(lines: readonly string[], separator: string): number {
  const [count = 0, ...others] = lines.map(line => line.split(separator).length - 1);
  const isSame = lines.length >= LINES_MIN && others.every(other => other === count);
  return isSame && count >= SEPARATORS_MIN ? count + 1 : 0;
}

/**
 * A sentence on the first lines of an input that no format recognised; null where nothing speaks against text.
 * @example textHintOf(['a\tb\tc', 'd\te\tf']) // 'the first lines are 3 columns with tabs between them, …'
 */
export function textHintOf(lines: readonly string[]): string | null {
  const filled = lines.filter(line => line !== '');
  if (filled.some(line => line.includes('\0'))) {
    return 'the first lines hold NUL bytes: it is no text, or one in UTF-16; send UTF-8';
  }
  for (const [separator, name] of [
    ['\t', 'tabs'],
    [',', 'commas'],
  ] as const) {
    const columns = columnsOf(filled, separator);
    if (columns === 0) continue;
    return `the first lines are ${columns} columns with ${name} between them, and each line is read as one text: send them as JSON with ECS names to have the columns told apart`;
  }
  return null;
}
