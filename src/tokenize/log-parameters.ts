/**
 * Parameters of a log message by their types: what the values that its template masks say together. Everything is of the
 * first PARAMETERS_MAX of them, and of each no more than a token holds.
 */
import { TOKEN_CHARACTERS_MAX } from '../domain/limits.ts';
import { addressClassOf } from './address.ts';
import type { LogTemplate, Parameter } from './log-template.ts';
import type { ParameterKind } from './parameter-kind.ts';
import { destinationPortClassOf } from './port.ts';
import { foldedTokenText, tokenText } from './token-text.ts';

/** Different values of one type that are told: a line that names more says nothing by one more. */
export const VALUES_MAX = 4;
const NO_VALUES: ReadonlySet<string> = new Set();

/**
 * The types that a message has values of.
 * @example kindsOf(logTemplateOf('from 10.0.0.5 port 22')) // ['address', 'port']
 */
export function kindsOf({ parameters }: LogTemplate): Set<ParameterKind> {
  return new Set(parameters.map(({ kind }) => kind));
}

/**
 * Whom the template names, as written: `root` and `Root` are two.
 * @example usersOf(message, logTemplateOf(message)) // of 'session opened for user root(uid=0) by anna(uid=7)': ['root', 'anna']
 */
export function usersOf(message: string, template: LogTemplate): ReadonlySet<string> {
  return valuesOf(message, template, 'user', tokenText);
}

/** Classes of the addresses, alone or with a port or a mask. @example of 'from 10.0.0.5:22 to 8.8.8.8': ['private-v4', 'public-v4'] */
export function addressClassesOf(message: string, template: LogTemplate): ReadonlySet<string> {
  return valuesOf(message, template, 'address', text => {
    const known = addressClassOf(text);
    if (known !== undefined) return known.token;
    const cut = Math.max(text.lastIndexOf(':'), text.lastIndexOf('/'));
    return addressClassOf(text.slice(0, Math.max(0, cut)))?.token;
  });
}

/** Classes of the numbers that the message calls ports. @example of 'Server listening on 0.0.0.0 port 22': ['22'] */
export function portClassesOf(message: string, template: LogTemplate): ReadonlySet<string> {
  return valuesOf(message, template, 'port', text => destinationPortClassOf(Number.parseInt(text, 10)));
}

/** Parts of a path that tell where it leads. */
const PATH_PARTS = 2;

/**
 * Where the paths lead: their first two parts, or one where the second is the file.
 * @example of 'COMMAND=/usr/bin/vim /tmp/.x': ['/usr/bin', '/tmp']
 */
export function pathRootsOf(message: string, template: LogTemplate): ReadonlySet<string> {
  return valuesOf(message, template, 'path', rootOf);
}

function rootOf(path: string): string {
  let end = 0;
  for (let parts = 0; parts < PATH_PARTS; parts += 1) {
    const next = path.indexOf('/', end + 1);
    if (next < 0) break;
    end = next;
  }
  return tokenText(path.slice(0, Math.max(1, end)));
}

/**
 * The last parts of the paths: programs and files.
 * @example of 'COMMAND=/usr/bin/vim /tmp/.x': ['vim', '.x']
 */
export function pathNamesOf(message: string, template: LogTemplate): ReadonlySet<string> {
  return valuesOf(message, template, 'path', path => tokenText(path.slice(path.lastIndexOf('/') + 1)));
}

/** The first address, with its port or mask. @example of 'from 10.0.0.5 port 22': '10.0.0.5' */
export function addressOf(message: string, { parameters }: LogTemplate): string | undefined {
  const first = parameters.find(({ kind }) => kind === 'address');
  return first === undefined ? undefined : foldedTokenText(textOf(message, first));
}

/** Characters of the longest value; 0 where there is none. */
export function longestOf({ parameters }: LogTemplate): number {
  return parameters.reduce((longest, { start, end }) => Math.max(longest, end - start), 0);
}

function valuesOf(
  message: string,
  { parameters }: LogTemplate,
  kind: ParameterKind,
  tokenOf: (text: string) => string | undefined,
): ReadonlySet<string> {
  let values: Set<string> | undefined;
  for (const parameter of parameters) {
    if (parameter.kind !== kind) continue;
    const token = tokenOf(textOf(message, parameter));
    if (token === undefined || token === '') continue;
    values ??= new Set();
    values.add(token);
    if (values.size === VALUES_MAX) break;
  }
  return values ?? NO_VALUES;
}

/** One character more than a token holds, so that a longer value is seen to be cut. */
function textOf(message: string, { start, end }: Parameter): string {
  return message.slice(start, Math.min(end, start + TOKEN_CHARACTERS_MAX + 1));
}
