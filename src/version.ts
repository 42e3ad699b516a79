/** The version of the program, as package.json has it. */
import { readFileSync } from 'node:fs';

function versionOf(packageJson: string): string {
  const parsed: unknown = JSON.parse(packageJson);
  const isPackage = typeof parsed === 'object' && parsed !== null && 'version' in parsed;
  if (!isPackage || typeof parsed.version !== 'string') throw new Error('package.json has no version');
  return parsed.version;
}

/** @example '0.1.0' */
export const VERSION = versionOf(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
