/**
 * The mapping file: says which column or JSON path of a format that nobody foresaw goes to which field. It is read whole
 * before anything is sent, and what is wrong with it is told by the key that is at fault.
 */
import { z } from 'zod';
import { FLOW_STATISTICS, type FlowStatistic } from '../domain/flow-statistics.ts';
import { RECORD_KINDS, type RecordKind } from '../domain/record.ts';
import { newDraft } from './draft.ts';
import { draftOfEcs, type EcsName } from './ecs.ts';
import { FieldCheck } from './field-check.ts';
import { isObject } from './json.ts';

/** What a value of a field is, and so what a mapping may say of how it is written. */
export type ValueType = 'time' | 'duration' | 'number' | 'measure' | 'list' | 'text';

/** Every field that a mapping may fill, by its name in ECS. */
export const MAPPED_FIELDS: Readonly<Record<EcsName, ValueType>> = {
  ...(Object.fromEntries(
    FLOW_STATISTICS.map(statistic => [`network.statistics.${statistic}`, 'measure']),
  ) as Record<`network.statistics.${FlowStatistic}`, 'measure'>),
  '@timestamp': 'time',
  'event.id': 'text',
  'event.dataset': 'text',
  'event.duration': 'duration',
  'source.ip': 'text',
  'source.port': 'number',
  'source.bytes': 'number',
  'source.packets': 'number',
  'source.geo.country_iso_code': 'text',
  'source.as.number': 'number',
  'destination.ip': 'text',
  'destination.port': 'number',
  'destination.bytes': 'number',
  'destination.packets': 'number',
  'destination.geo.country_iso_code': 'text',
  'destination.as.number': 'number',
  'host.name': 'text',
  'user.name': 'text',
  'user_agent.original': 'text',
  'network.transport': 'text',
  'network.protocol': 'text',
  'network.bytes': 'number',
  'network.packets': 'number',
  'network.direction': 'text',
  'network.state': 'text',
  'network.history': 'text',
  'tls.client.server_name': 'text',
  'tls.client.ja3': 'text',
  'tls.version': 'text',
  'sensor.id': 'text',
  'sensor.vantage': 'text',
  'sensor.domain': 'text',
  message: 'text',
  'dns.question.name': 'text',
  'dns.question.type': 'text',
  'dns.response_code': 'text',
  'dns.answers': 'list',
  'dns.answers.ttl': 'list',
  'http.request.method': 'text',
  'http.request.referrer': 'text',
  'http.request.bytes': 'number',
  'http.request.body.bytes': 'number',
  'http.response.status_code': 'number',
  'http.response.body.bytes': 'number',
  'url.domain': 'text',
  'url.path': 'text',
  'url.query': 'text',
  'url.original': 'text',
};

/** The number of a column, from 1, or its name in the header. */
export const COLUMNS_MAX = 1_024;
const NAME_CHARACTERS_MAX = 256;
/** ECS itself needs four; each part doubles the ways in which a path may be written. */
const PATH_PARTS_MAX = 8;
const VALUES_MAX = 1_024;

/** Microseconds of each unit of a time or a duration. */
export const UNIT_MICROS = { ns: 1e-3, us: 1, ms: 1e3, s: 1e6, min: 6e7 } as const;
export const TIME_FORMS = ['iso', 'day-first', 'year-first', 'month-name', 'apache'] as const;

const name = z.string().min(1).max(NAME_CHARACTERS_MAX);
const column = z.union([name, z.int().min(1).max(COLUMNS_MAX)], {
  error: `the name of a column, or its number from 1 to ${COLUMNS_MAX}`,
});
const path = name.refine(
  text => text.split('.').length <= PATH_PARTS_MAX && text.split('.').every(part => part !== ''),
  `names with a dot between them, ${PATH_PARTS_MAX} at most`,
);

/** How the values of a source may be written, by what the field takes. */
const OPTIONS = {
  text: {
    values: z.record(z.string(), z.string()).refine(isSmall, `${VALUES_MAX} values at most`).optional(),
  },
  number: { times: z.number().positive().max(1e12).optional() },
  measure: { times: z.number().positive().max(1e12).optional() },
  list: { split: z.string().min(1).max(8).optional() },
  duration: { unit: z.enum(['ns', 'us', 'ms', 's', 'min']) },
  time: {
    unit: z.enum(['ns', 'us', 'ms', 's']).optional(),
    form: z.enum(TIME_FORMS).optional(),
    offset: z
      .string()
      .regex(/^(?:Z|[+-]\d{2}:[0-5]\d)$/, 'an offset from UTC such as +01:00, or Z')
      .optional(),
  },
};

function isSmall(values: Readonly<Record<string, string>>): boolean {
  return Object.keys(values).length <= VALUES_MAX;
}

/** Where the value of a field comes from, and how it is written there. */
export interface Source {
  column?: string | number;
  path?: string;
  values?: Record<string, string>;
  times?: number;
  split?: string;
  unit?: keyof typeof UNIT_MICROS;
  form?: (typeof TIME_FORMS)[number];
  offset?: string;
}

/** Sources by the names of fields; a source that is no more than its place may be written as that. */
function sources(key: 'column' | 'path', place: z.ZodType) {
  const shape = Object.entries(MAPPED_FIELDS).map(([field, type]) => {
    const whole = z.strictObject({ [key]: place, ...OPTIONS[type] });
    const either = z.preprocess(given => (isObject(given) ? given : { [key]: given }), whole);
    return [field, either.optional()] as const;
  });
  return z.strictObject(Object.fromEntries(shape)) as unknown as z.ZodType<Partial<Record<EcsName, Source>>>;
}

const constants = z.strictObject(
  Object.fromEntries(
    Object.entries(MAPPED_FIELDS)
      .filter(([, type]) => type === 'text' || type === 'number' || type === 'measure')
      .map(([field, type]) => [field, (type === 'text' ? z.string().min(1) : z.number()).optional()]),
  ),
) as unknown as z.ZodType<Partial<Record<EcsName, string | number>>>;

const MappingFile = z
  .strictObject({
    kind: z.enum(RECORD_KINDS),
    separator: z.string().min(1).max(8).optional(),
    header: z
      .union([z.boolean(), z.array(name).min(1).max(COLUMNS_MAX)], {
        error: 'true, false, or a list of the names of the columns',
      })
      .optional(),
    comment: z.string().min(1).max(8).optional(),
    absent: z.array(z.string().max(64)).max(16).default(['-']),
    columns: sources('column', column).optional(),
    paths: sources('path', path).optional(),
    constants: constants.default({}),
  })
  .superRefine((file, context) => {
    const problem = problemOf(file);
    if (problem !== null) context.addIssue({ code: 'custom', ...problem });
  });
type MappingFile = z.infer<typeof MappingFile>;

/** A mapping that holds together. */
export interface Mapping {
  kind: RecordKind;
  /** Undefined where lines are JSON. */
  separator: string | undefined;
  /** True where the first line names the columns, the names where the mapping does; false where nobody does. */
  header: boolean | readonly string[];
  /** What lines begin with that are no records. */
  comment: string | undefined;
  /** Texts that say that there is no value. */
  absent: ReadonlySet<string>;
  sources: readonly (readonly [EcsName, Source])[];
  constants: Readonly<Partial<Record<EcsName, string | number>>>;
}

/**
 * The mapping that a text says, or what is wrong with it. Never throws.
 * @example mappingOf('{"kind":"flow","paths":{"source.ip":"client.addr"}}') // { mapping: { kind: 'flow', … } }
 * @example mappingOf('{"kind":"flow","paths":{"source.adress":"a"}}') // { problem: 'paths: Unrecognized key: "source.adress"' }
 */
export function mappingOf(text: string): { mapping: Mapping } | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return { problem: `not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
  const read = MappingFile.safeParse(json);
  if (!read.success) return { problem: read.error.issues.map(issueText).join('; ') };
  const { kind, separator, columns, paths, comment, absent } = read.data;
  const named = Object.entries(columns ?? paths ?? {}) as [EcsName, Source][];
  const header = read.data.header ?? named.some(([, source]) => typeof source.column === 'string');
  return {
    mapping: {
      kind,
      separator,
      header,
      comment,
      absent: new Set(absent),
      sources: named,
      constants: read.data.constants,
    },
  };
}

function issueText({ path: keys, message }: z.core.$ZodIssue): string {
  return keys.length === 0 ? message : `${keys.join(' › ')}: ${message}`;
}

/** What is wrong between keys that are right one by one; null where nothing is. */
function problemOf(file: MappingFile): { path: string[]; message: string } | null {
  const { separator, header, comment, columns, paths, constants } = file;
  if ((columns === undefined) === (paths === undefined)) {
    return { path: [], message: 'a mapping has either columns or paths' };
  }
  if (Object.keys(columns ?? paths ?? {}).length === 0) {
    return { path: [columns === undefined ? 'paths' : 'columns'], message: 'no field is mapped' };
  }
  if (columns !== undefined && separator === undefined) {
    return { path: ['separator'], message: 'columns need one, such as "," or "\\t"' };
  }
  const alien = Object.entries({ separator, header, comment }).find(([, value]) => value !== undefined);
  if (paths !== undefined && alien !== undefined) {
    return { path: [alien[0]], message: 'belongs to columns; paths are of JSON, one object a line' };
  }
  for (const field of Object.keys(constants)) {
    if (Object.hasOwn(columns ?? paths ?? {}, field)) {
      return { path: ['constants', field], message: 'the field is mapped already' };
    }
  }
  return headerProblem(file) ?? timeProblem(file) ?? constantProblem(file);
}

/** A column that goes by a name which nobody tells. */
function headerProblem({ header, columns = {} }: MappingFile): { path: string[]; message: string } | null {
  for (const [field, { column: place }] of Object.entries(columns)) {
    if (typeof place !== 'string') continue;
    if (header === false) {
      return { path: ['columns', field], message: 'without a header a column goes by its number' };
    }
    if (Array.isArray(header) && !header.includes(place)) {
      return { path: ['columns', field], message: `the header has no column ${JSON.stringify(place)}` };
    }
  }
  return null;
}

function timeProblem({ columns, paths }: MappingFile): { path: string[]; message: string } | null {
  const { unit, form, offset } = (columns ?? paths)?.['@timestamp'] ?? {};
  const at = [columns === undefined ? 'paths' : 'columns', '@timestamp'];
  if (unit !== undefined && (form ?? offset) !== undefined) {
    return {
      path: [...at, 'unit'],
      message: 'a number of units since 1970 in UTC has no form and no offset',
    };
  }
  return form === 'apache' && offset !== undefined
    ? { path: [...at, 'offset'], message: "Apache's times have their own" }
    : null;
}

/** Constants are read as the values of a record are, so that one which is wrong fails here and not in every line. */
function constantProblem({ kind, constants }: MappingFile): { path: string[]; message: string } | null {
  const check = new FieldCheck(0);
  const message = constants.message ?? 'any';
  draftOfEcs(newDraft(kind), { kind, ...constants, message }, check);
  return check.problem === null ? null : { path: ['constants'], message: check.problem.detail };
}
