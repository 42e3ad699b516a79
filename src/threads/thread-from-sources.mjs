/** Runs the thread that its argument names where nothing is built: tests and tsx. Never part of a build. */
import { register } from 'tsx/esm/api';

register();
await import(process.argv[2]);
