/** What shippers of Elasticsearch send and are answered. */
import { z } from 'zod';
import type {
  ZodOpenApiRequestBodyObject,
  ZodOpenApiResponseObject,
  ZodOpenApiResponsesObject,
} from 'zod-openapi';
import type { ErrorCode } from '../../domain/errors.ts';
import { BULK_ACTIONS } from '../../ingest/bulk-body.ts';
import { NDJSON_MEDIA_TYPE } from '../media-type.ts';
import { failuresByStatus, jsonAnswer, problemAnswer, type SameStatus } from '../operation.ts';
import { PROBLEMS } from '../problem.ts';
import { FormatName } from './records.ts';

/** Shippers send parameters of Elasticsearch beside it, which mean nothing here. */
export const BulkQuery = z.object({ format: FormatName });

export const IndexPath = z.object({ index: z.string() });

export const BULK_BODY = (example: string): ZodOpenApiRequestBodyObject => ({
  required: true,
  description:
    'An action a line, each with its document on the next; any JSON content type; gzip, deflate, br or zstd by ' +
    'Content-Encoding. The last line may lack its end.',
  content: {
    [NDJSON_MEDIA_TYPE]: { schema: z.string().meta({ description: 'Actions and documents.' }), example },
  },
});

const Failure = z.strictObject({
  type: z.string().meta({ description: 'A code of docs/errors.md, or version_conflict_engine_exception.' }),
  reason: z.string(),
});

const ItemAnswer = z.strictObject({
  _index: z.string(),
  _id: z.string().nullable().meta({ description: 'As it came, else the id of the record.' }),
  status: z.union([z.literal(201), z.literal(400), z.literal(409), z.literal(429)]),
  result: z.enum(['created', 'noop']).optional().meta({ description: '`noop`: it was there before.' }),
  error: Failure.optional(),
});

export const BulkResponse = z
  .strictObject({
    took: z.int().meta({ description: 'Milliseconds.' }),
    errors: z.boolean().meta({ description: 'Whether any item has one.' }),
    items: z.array(z.partialRecord(z.enum(BULK_ACTIONS), ItemAnswer)),
  })
  .meta({ id: 'Bulk' });

export const ClusterResponse = z
  .strictObject({
    name: z.string(),
    cluster_name: z.string(),
    cluster_uuid: z.string(),
    version: z.strictObject({
      number: z.string().meta({ description: 'Of Elasticsearch, whose clients this server understands.' }),
      build_flavor: z.string(),
      build_type: z.string(),
      minimum_wire_compatibility_version: z.string(),
      minimum_index_compatibility_version: z.string(),
    }),
    tagline: z.string(),
  })
  .meta({ id: 'Cluster' });

export const LicenseResponse = z.strictObject({
  license: z.strictObject({ status: z.literal('active'), uid: z.string(), type: z.literal('basic') }),
});

const FailureResponse = z
  .strictObject({
    error: Failure.extend({ root_cause: z.array(Failure) }),
    status: z.int().min(400).max(599),
  })
  .meta({ id: 'BulkFailure' });

/** Failures of a whole request, by status, in the form that clients of Elasticsearch know. */
export function failureAnswers(...codes: ErrorCode[]): ZodOpenApiResponsesObject {
  return failuresByStatus(codes, failureAnswer);
}

/** The same of a path with a name in it: where that is not percent-encoded UTF-8, it is told as anywhere. */
export function failureOrProblemAnswers(...codes: ErrorCode[]): ZodOpenApiResponsesObject {
  return failuresByStatus(codes, told => {
    const { content, ...answer } = failureAnswer(told);
    return { ...answer, content: { ...content, ...problemAnswer(told).content } };
  });
}

function failureAnswer(told: SameStatus): ZodOpenApiResponseObject {
  const [type] = told;
  const { status, title } = PROBLEMS[type];
  const cause = { type, reason: title };
  return jsonAnswer(told.join(', '), FailureResponse, { error: { ...cause, root_cause: [cause] }, status });
}
