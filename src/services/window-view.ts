/** A window as people ask for it and see it. */
import type { Contrast } from '../bayes/fit/placebos.ts';
import type { Label } from '../domain/label.ts';
import type { Imported } from '../domain/ledger.ts';
import type { Mark, Threat, Where } from '../domain/window.ts';

export interface WindowRequest {
  fromMs: number;
  toMs: number;
  label: Label;
  where: Where;
  threat?: Threat | undefined;
  note?: string | undefined;
}

export const WINDOW_STATUSES = [
  'queued',
  'learning',
  'applied',
  'retracting',
  'retracted',
  'failed',
] as const;

export type WindowStatus = (typeof WINDOW_STATUSES)[number];

export interface WindowView {
  id: string;
  /** What was marked, or taken over from another site. */
  taught: { type: 'mark'; mark: Mark } | { type: 'import'; imported: Imported };
  createdAtMs: number;
  by?: string | undefined;
  status: WindowStatus;
  /** Work units (parts of slices) of the entry that is being counted. */
  progress: { done: number; total: number };
  /** Records in its scope now; absent in lists. */
  matched?: number | undefined;
  /** How it stands out among innocent stretches like it; absent until it is fitted, and where there are none. */
  contrast?: Contrast | undefined;
  /** Why learning has failed, where that is the status. */
  reason?: string | undefined;
}
