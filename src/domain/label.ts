/** What people say of a record (`bad`, `good`), and the class that the ledger gives it (LEARNING: `none` until something decides). */

export const LABELS = ['bad', 'good'] as const;
export type Label = (typeof LABELS)[number];
export type RecordClass = Label | 'none';

export function isLabel(text: unknown): text is Label {
  return (LABELS as readonly unknown[]).includes(text);
}

export const VERDICTS = ['bad', 'unsure', 'good'] as const;
export type Verdict = (typeof VERDICTS)[number];
