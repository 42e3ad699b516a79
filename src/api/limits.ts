/** What one request may hold. The defaults, with their reasons, are in domain/limits.ts; config may change these. */
import {
  BODY_BYTES_MAX,
  BODY_DECOMPRESSED_BYTES_MAX,
  JSON_BODY_BYTES_MAX,
  LINE_BYTES_MAX,
  REQUEST_RECORDS_MAX,
} from '../domain/limits.ts';

export interface RequestLimits {
  readonly lineBytesMax: number;
  readonly jsonBodyBytesMax: number;
  readonly bodyBytesMax: number;
  readonly bodyDecompressedBytesMax: number;
  readonly requestRecordsMax: number;
}

export const DEFAULT_REQUEST_LIMITS: RequestLimits = {
  lineBytesMax: LINE_BYTES_MAX,
  jsonBodyBytesMax: JSON_BODY_BYTES_MAX,
  bodyBytesMax: BODY_BYTES_MAX,
  bodyDecompressedBytesMax: BODY_DECOMPRESSED_BYTES_MAX,
  requestRecordsMax: REQUEST_RECORDS_MAX,
};
