/** Runs store-thread.ts where nothing is built: tests and tsx. Never part of a build. */
import { register } from 'tsx/esm/api';

register();
await import('./store-thread.ts');
