/**
 * What can go wrong with a server, as an AppError. Its detail names the kind of failure and neither hosts nor users: it is
 * told to whoever asked. The driver's own error, which holds no password either, is its cause.
 */
import { MongoBulkWriteError, MongoError, MongoInvalidArgumentError, MongoServerError } from 'mongodb';
import { AppError } from '../../domain/errors.ts';

const DUPLICATE_KEY = 11_000;
const OUT_OF_DISK_SPACE = 14_031;
/**
 * Answers that say that the question was wrong: bad value, parse failure, type mismatch, invalid BSON, no such command,
 * invalid options, document too large. They are defects of this program, and no wait mends them.
 */
const DEFECTS: ReadonlySet<unknown> = new Set([2, 9, 14, 22, 59, 72, 10_334]);

/** Runs calls of the driver. @throws AppError `store-unavailable` or `store-full` */
export async function answered<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw storeErrorOf(error);
  }
}

/**
 * The indexes of the documents of a bulk insert whose keys are taken; null where anything else went wrong, as where the
 * write concern was not met, of which the driver tells without them. What a server says of how many it inserted is not
 * asked: one gets that wrong.
 */
export function takenIndexesOf(error: unknown): number[] | null {
  if (!(error instanceof MongoBulkWriteError)) return null;
  const writeErrors = [error.writeErrors].flat();
  const isOnlyTaken = writeErrors.length > 0 && writeErrors.every(({ code }) => code === DUPLICATE_KEY);
  return isOnlyTaken ? writeErrors.map(({ index }) => index) : null;
}

function storeErrorOf(error: unknown): unknown {
  if (!(error instanceof MongoError) || error instanceof MongoInvalidArgumentError) return error;
  const code = error instanceof MongoServerError ? error.code : undefined;
  if (DEFECTS.has(code)) return error;
  const kind = error instanceof MongoServerError && error.codeName ? error.codeName : error.name;
  return code === OUT_OF_DISK_SPACE
    ? new AppError('store-full', 'the disk of MongoDB is full', { cause: error })
    : new AppError('store-unavailable', `MongoDB does not answer as it should: ${kind}`, { cause: error });
}
