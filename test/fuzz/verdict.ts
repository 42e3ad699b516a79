/** What an answer must be, whatever was asked: the description of its operation, and nothing of our insides. */
import type { z } from 'zod';
import { PROBLEMS } from '../../src/api/problem.ts';
import { ROOT } from '../house/source-tree.ts';
import type { Description, Operation } from './described.ts';
import type { FuzzAnswer } from './exchange.ts';
import type { FuzzRequest } from './requests.ts';

const PROBLEM_TYPE = 'application/problem+json';
const CODES: ReadonlySet<string> = new Set(Object.keys(PROBLEMS));
/** Of a stack, of our files, of what we are built on. */
const INSIDES =
  /\n\s+at |node_modules|node:internal|\.ts:\d+|SQLITE_|SqliteError|ZodError|TypeError|RangeError/;

/** What is wrong with an answer; null where nothing is. */
export function faultOf(described: Description, request: FuzzRequest, answer: FuzzAnswer): string | null {
  const isHead = request.method === 'HEAD';
  const siblings = described.operations.filter(({ path }) => path === request.described);
  if (answer.text.includes(ROOT)) return 'a path of this machine leaves';
  if (answer.status >= 400) {
    const fault = failureFault(described, siblings, answer, isHead);
    if (fault !== null) return fault;
  }
  if (siblings.length === 0) return answer.status < 500 ? null : `status ${answer.status} at no operation`;
  const method = isHead ? 'GET' : request.method;
  const operation = siblings.find(sibling => sibling.method === method);
  if (operation === undefined) {
    const expected = !isDecodable(request.target) ? 400 : method === 'OPTIONS' ? 204 : 405;
    if (answer.status !== expected) return `status ${answer.status} where ${expected} is due`;
    return expected !== 400 && answer.headers['allow'] === undefined ? 'no Allow' : null;
  }
  const answers = operation.answers.get(answer.status);
  if (answer.status === 500 || answers === undefined)
    return `status ${answer.status}, which is not described or ours`;
  if (answers.size === 0 || isHead) return answer.text === '' ? null : 'a body where none is due';
  const schema = answers.get(answer.type);
  return schema === undefined ? `type ${answer.type}, which is not described` : bodyFault(schema, answer);
}

/** A failure is a problem, but where the description of its path has another form for it. */
function failureFault(
  described: Description,
  siblings: readonly Operation[],
  answer: FuzzAnswer,
  isHead: boolean,
): string | null {
  if (answer.type === PROBLEM_TYPE) return isHead ? null : problemFault(described.problem, answer);
  const isDescribed = siblings.some(({ answers }) => answers.get(answer.status)?.has(answer.type));
  if (!isDescribed) return `an error of type ${answer.type}`;
  return INSIDES.test(answer.text) ? `insides leave: ${answer.text}` : null;
}

/** Whether a path is percent-encoded UTF-8. */
function isDecodable(target: string): boolean {
  const [path = ''] = target.split('?', 1);
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function problemFault(schema: z.ZodType, { status, text }: FuzzAnswer): string | null {
  const problem = JSON.parse(text);
  const parsed = schema.safeParse(problem);
  if (!parsed.success) return `no problem: ${parsed.error.message}`;
  if (problem.status !== status) return `a problem of status ${problem.status}`;
  if (!CODES.has(String(problem.type).replace('/problems/', ''))) return `unknown problem ${problem.type}`;
  return INSIDES.test(`${problem.title} ${problem.detail}`) ? `insides leave: ${problem.detail}` : null;
}

function bodyFault(schema: z.ZodType, { type, text }: FuzzAnswer): string | null {
  const isJson = type === 'application/json' || type === PROBLEM_TYPE;
  const values = isJson
    ? [JSON.parse(text)]
    : type === 'application/x-ndjson'
      ? text.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]))
      : [text];
  for (const value of values) {
    const parsed = schema.safeParse(value);
    if (!parsed.success)
      return `not as described: ${JSON.stringify(value).slice(0, 300)} ${parsed.error.message}`;
  }
  return null;
}
