/** The program that lives are lived with: as it is built, or a copy of it with a fault. */
import { join } from 'node:path';

export interface Program {
  /** The file that Node runs. */
  main: string;
  /** Variables that it gets beside those of every life. */
  environment: Readonly<Record<string, string>>;
}

export const ROOT = join(import.meta.dirname, '../..');

/** As `npm run build` has left it. */
export const BUILT: Program = { main: join(ROOT, 'dist/cli/main.js'), environment: {} };
