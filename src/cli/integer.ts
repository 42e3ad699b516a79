/** Option values that are whole numbers. */
import { InvalidArgumentError } from 'commander';

/** @returns an option parser that takes whole numbers from `min` to `max` */
export function integer(min: number, max: number): (text: string) => number {
  return text => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
