/** The served OpenAPI document as a fuzzer reads it: what each operation takes, and what it may answer. */
import { z } from 'zod';
import type { Json } from './mutations.ts';

/** The words of JSON Schema that the document uses for what is sent. */
export interface Schema {
  $ref?: string;
  type?: string;
  enum?: Json[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}
interface Parameter {
  name: string;
  in: 'query' | 'path';
  schema: Schema;
}
interface Content {
  schema: Schema;
  example?: Json;
}
interface DescribedOperation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { content?: Record<string, Content> }>;
}
export interface Document {
  paths: Record<string, Record<string, DescribedOperation>>;
  components: { schemas: Record<string, Schema> };
}

export interface Operation {
  /** In capitals. */
  method: string;
  /** With `{id}` in it. */
  path: string;
  parameters: readonly Parameter[];
  /** By media type; empty where no body is taken. */
  bodies: readonly [mediaType: string, Content][];
  /** By status, then by media type. */
  answers: ReadonlyMap<number, ReadonlyMap<string, z.ZodType>>;
}

export interface Description {
  operations: readonly Operation[];
  problem: z.ZodType;
  schemas: Readonly<Record<string, Schema>>;
  /** Values of the examples, by the name of their field. */
  samples: ReadonlyMap<string, readonly Json[]>;
}

export function describedBy(document: Document): Description {
  // zod reads references into `$defs`.
  const text = JSON.stringify(document).replaceAll('#/components/schemas/', '#/$defs/');
  const { paths, components }: Document = JSON.parse(text);
  const validators = new Map<string, z.ZodType>();
  const validatorOf = (schema: Schema): z.ZodType => {
    const key = JSON.stringify(schema);
    const known = validators.get(key);
    if (known !== undefined) return known;
    const definition = JSON.stringify({ ...schema, $defs: components.schemas });
    const made = z.fromJSONSchema(JSON.parse(definition));
    validators.set(key, made);
    return made;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      parameters: operation.parameters ?? [],
      bodies: Object.entries(operation.requestBody?.content ?? {}),
      answers: new Map(
        Object.entries(operation.responses).map(([status, { content = {} }]) => [
          Number(status),
          new Map(Object.entries(content).map(([type, { schema }]) => [type, validatorOf(schema)])),
        ]),
      ),
    })),
  );
  const samples = new Map<string, Json[]>();
  harvest(JSON.parse(text), '', false, samples);
  return {
    operations,
    problem: validatorOf({ $ref: '#/$defs/Problem' }),
    schemas: components.schemas,
    samples,
  };
}

/** Notes every value below an `example`, under the name of its field. */
function harvest(node: Json, name: string, isExample: boolean, samples: Map<string, Json[]>): void {
  if (isExample && name !== '' && JSON.stringify(node).length < 4_096) {
    samples.set(name, [...(samples.get(name) ?? []), node]);
  }
  if (Array.isArray(node)) for (const item of node) harvest(item, name, isExample, samples);
  else if (typeof node === 'object' && node !== null) {
    for (const [key, child] of Object.entries(node)) {
      if (!isExample && (key === 'example' || key === 'examples')) harvest(child, name, true, samples);
      else harvest(child, key, isExample, samples);
    }
  }
}
