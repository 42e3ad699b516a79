/** Starts the threads of this program, built or from the sources. */
import { Worker, type WorkerOptions } from 'node:worker_threads';

const FILES = {
  store: './store-thread.ts',
  learner: './learner-thread.ts',
  backup: './backup-thread.ts',
  fit: './fit-thread.ts',
} as const;

/** Built, a thread is a plain file. From the sources (tests, tsx) it first needs the loader that reads TypeScript. */
export function startThread(name: keyof typeof FILES, options: WorkerOptions): Worker {
  const file = FILES[name];
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL(file.replace(/\.ts$/, '.js'), import.meta.url), options);
  }
  return new Worker(new URL('./thread-from-sources.mjs', import.meta.url), { ...options, argv: [file] });
}
