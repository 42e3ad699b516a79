/** Lengths of time, in milliseconds. Leap seconds are none: Unix time knows no other days. */
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
