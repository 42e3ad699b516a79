#!/usr/bin/env node
/** The program: its arguments, streams, environment and signals are read here and nowhere else. */
import { constants } from 'node:os';
import { run } from './program.ts';

/**
 * Aborts at the first SIGINT or SIGTERM; the second ends the process at once, for whoever cannot wait, with the code
 * that shells give to a program that a signal ended.
 */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(128 + constants.signals[signal]);
      controller.abort();
    });
  }
  return controller.signal;
}

// What is printed waits for its stream, and an error comes back to whoever prints; without a listener it would be thrown.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.exitCode = await run(process.argv.slice(2), process, stopSignal);
