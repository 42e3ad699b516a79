/** The modules of a source tree and the arrows between them, by dependency-cruiser. */
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { ROOT } from './source-tree.ts';

/** Cruises `src` of a folder by the rules of this project. */
export async function cruiseSrcOf(folder: string): Promise<ICruiseResult> {
  const options = await extractOptions(join(ROOT, '.dependency-cruiser.cjs'));
  // No path alias is used, so the compiler's options are left out and the folder may lie anywhere.
  const { tsConfig: _, ...rest } = options;
  const { output } = await cruise(['src'], { ...rest, baseDir: folder, validate: true });
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered with text: ${output}`);
  return output;
}

/** What each own module imports, resolved. */
export function importsOf(result: ICruiseResult): Map<string, string[]> {
  const own = result.modules.filter(module => module.source.startsWith('src/'));
  return new Map(own.map(module => [module.source, module.dependencies.map(to => to.resolved)]));
}
