/** The log of a server: JSON lines, and of an error no more than says what went wrong and where. */
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

/** What is logged of an error. */
interface LoggedError {
  type: string;
  message: string;
  stack: string;
  code?: string | number;
  errors?: LoggedError[];
}

export function loggerTo(stream: DestinationStream): Logger {
  return pino({ serializers: { err: loggedErrorOf } }, stream);
}

/**
 * Libraries hang on an error whatever they have at hand: that of a command that Redis refused has its arguments, and so
 * the password where the command was the log-in. So only these fields are logged, with the causes in message and stack.
 */
function loggedErrorOf(error: unknown): unknown {
  return error instanceof Error ? fieldsOf(error) : String(error);
}

function fieldsOf(error: Error): LoggedError {
  const { type, message, stack } = stdSerializers.err(error);
  const code = 'code' in error ? error.code : undefined;
  const errors = error instanceof AggregateError ? error.errors.filter(each => each instanceof Error) : [];
  return {
    type,
    message,
    stack,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(errors.length === 0 ? {} : { errors: errors.map(fieldsOf) }),
  };
}
