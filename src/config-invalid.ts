/** What stops the start for the sake of a variable, and the files of a certificate, which are variables that belong together. */
import { AppError, type FieldProblem } from './domain/errors.ts';

export function configInvalid(problems: readonly FieldProblem[]): AppError {
  const details = problems.map(problem => problem.detail).join('; ');
  return new AppError('config-invalid', details, { errors: problems });
}

export function variableInvalid(name: string, detail: string): AppError {
  return configInvalid([{ detail, pointer: `#/${name}` }]);
}

/** Paths of a certificate, with those that vouch for it, and of its key. */
export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
}

/** Both files or neither. @throws AppError `config-invalid` */
export function certificateOf<Name extends string>(
  given: { readonly [name in Name]?: string | undefined },
  certName: Name,
  keyName: Name,
): CertificatePaths | undefined {
  const { [certName]: cert, [keyName]: key } = given;
  if (cert !== undefined && key !== undefined) return Object.freeze({ cert, key });
  if (cert === undefined && key === undefined) return undefined;
  const missing = cert === undefined ? certName : keyName;
  throw variableInvalid(missing, `${missing} must be set too: ${certName} and ${keyName} belong together`);
}
