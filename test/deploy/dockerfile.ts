/** A Dockerfile as instructions, as far as ours goes: no heredocs, no escape directive. */

export interface Instruction {
  /** Upper case. */
  name: string;
  /** What follows the name, continued lines joined by a blank. */
  text: string;
  /** In which stage it stands, from 0. */
  stage: number;
}

/** @example instructionsOf('FROM a\nRUN x \\\n  y')[1] // { name: 'RUN', text: 'x y', stage: 0 } */
export function instructionsOf(text: string): Instruction[] {
  const lines = text
    .split('\n')
    .filter(line => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n */g, '')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  let stage = -1;
  return lines.map(line => {
    const blank = line.indexOf(' ');
    const name = line.slice(0, blank).toUpperCase();
    if (name === 'FROM') stage++;
    return { name, text: line.slice(blank + 1).trim(), stage };
  });
}

/** Whether .dockerignore lets a path through: the last pattern that matches it or a folder above decides. No wildcards but `*` alone. */
export function isInContext(ignoreFile: string, path: string): boolean {
  const patterns = ignoreFile.split('\n').filter(line => line !== '' && !line.startsWith('#'));
  return patterns.reduce((kept, pattern) => {
    const shows = pattern.startsWith('!');
    const named = shows ? pattern.slice(1) : pattern;
    const matches = named === '*' || path === named || path.startsWith(`${named}/`);
    return matches ? shows : kept;
  }, true);
}
