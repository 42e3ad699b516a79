/**
 * Kubernetes objects held against Kubernetes' own description of them: the package kubernetes-types is its OpenAPI as
 * TypeScript, and the compiler finds in a literal what no field is, what is missing, and what is of another type.
 */
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../house/source-tree.ts';
import { at } from './yaml-documents.ts';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  types: [],
};

/** It exists for the compiler alone, where it finds the package. */
const FILE = join(ROOT, 'kubernetes-objects.ts');

/** @example moduleOf('networking.k8s.io/v1') // 'kubernetes-types/networking/v1' */
function moduleOf(apiVersion: string): string {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  return `kubernetes-types/${group.split('.')[0]}/${version}`;
}

/**
 * What the compiler says of objects, each as `Kind name: message`; those of an API that the package does not have, too.
 * @param objects as they come from YAML
 */
export function typeProblemsOf(objects: readonly unknown[]): string[] {
  const lines = objects.map(object => {
    const kind = String(at(object, 'kind'));
    if (!/^[A-Za-z]+$/.test(kind)) throw new Error(`${kind} is no kind`);
    const type = `import(${JSON.stringify(moduleOf(String(at(object, 'apiVersion'))))}).${kind}`;
    return `({ of: ${JSON.stringify(object)} }) satisfies { of: ${type} };`;
  });
  const source = ts.createSourceFile(FILE, `${lines.join('\n')}\nexport {};\n`, ts.ScriptTarget.ES2023, true);
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) => (name === FILE ? source : getSourceFile.call(host, name, ...rest));
  const program = ts.createProgram([FILE], OPTIONS, host);
  return ts.getPreEmitDiagnostics(program, source).map(({ messageText, start = 0 }) => {
    const object = objects[source.getLineAndCharacterOfPosition(start).line];
    const name = `${at(object, 'kind')} ${at(object, 'metadata.name')}`;
    return `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
