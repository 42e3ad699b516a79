/** OTLP logs as they are posted and answered. */
import { z } from 'zod';
import type { ZodOpenApiResponsesObject } from 'zod-openapi';
import type { ErrorCode } from '../../domain/errors.ts';
import { failuresByStatus, jsonAnswer, type SameStatus } from '../operation.ts';
import { otlpStatusOf, rpcCodeOf } from '../otlp-answer.ts';
import { PROBLEMS } from '../problem.ts';
import { FormatName } from './records.ts';

export const OtlpQuery = z.strictObject({ format: FormatName });

export const OtlpRequest = z
  .looseObject({ resourceLogs: z.array(z.unknown()).optional() })
  .meta({ description: 'ExportLogsServiceRequest, in the JSON encoding of OTLP.' });

export const OtlpResponse = z
  .strictObject({
    partialSuccess: z
      .strictObject({
        rejectedLogRecords: z
          .string()
          .meta({ description: 'How many are refused, and not to be sent again.' }),
        errorMessage: z
          .string()
          .meta({ description: 'The first of them, by its place in the request, and why.' }),
      })
      .optional(),
  })
  .meta({ id: 'OtlpLogs', description: 'ExportLogsServiceResponse.' });

const StatusResponse = z
  .strictObject({
    code: z.int().meta({ description: 'Of google.rpc.Code.' }),
    message: z.string().meta({ description: 'A code of docs/errors.md, and what is wrong.' }),
  })
  .meta({ id: 'Status', description: 'google.rpc.Status.' });

/** Failures of a whole request, by status. */
export function statusAnswers(...codes: ErrorCode[]): ZodOpenApiResponsesObject {
  const statusOf = (code: ErrorCode) => otlpStatusOf(PROBLEMS[code].status);
  const answerOf = (told: SameStatus) => {
    const [code] = told;
    const example = { code: rpcCodeOf(statusOf(code)), message: `${code}: ${PROBLEMS[code].title}` };
    return jsonAnswer(told.join(', '), StatusResponse, example);
  };
  return failuresByStatus(codes, answerOf, statusOf);
}
