/** compose.yaml and its stand-ins: linted by dclint, which has the Compose specification's schema, and held against the program. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { describe, expect, it } from 'vitest';
import { VARIABLE_NAMES } from '../../src/config.ts';
import { ROOT, textOf } from '../house/source-tree.ts';
import { COMMANDS, IMAGE } from './program.ts';
import { at, documentsOf, isTable, listAt, type Table, tableAt, textsIn } from './yaml-documents.ts';

const FILES = ['compose.yaml', 'compose.stand-ins.yaml'] as const;
const text = textOf('compose.yaml');
const [compose] = documentsOf(text);
const [standIns] = documentsOf(textOf('compose.stand-ins.yaml'));
const services = Object.entries(tableAt(compose, 'services'));
const ours = services.filter(([, service]) => at(service, 'image') === IMAGE);

/** As dclint tells it: its own types name their files without extensions, and so nothing here. */
interface Findings {
  messages: readonly { rule: string; message: string }[];
}

/** `rule: message` of all that dclint finds in a file. */
function problemsOf(path: string): string[] {
  const { rules } = JSON.parse(textOf('deploy/dclint.json')) as { rules: Record<string, 0> };
  const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });
  const findings: readonly Findings[] = linter.lintFiles([path], false);
  return findings.flatMap(({ messages }) => messages.map(({ rule, message }) => `${rule}: ${message}`));
}

function problemsOfText(yaml: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'bayeswatch-compose-'));
  try {
    const path = join(folder, 'compose.yaml');
    writeFileSync(path, yaml);
    return problemsOf(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the linter', () => {
  it.each(FILES)('finds nothing in %s', file => {
    expect(problemsOf(join(ROOT, file))).toEqual([]);
  });

  it('finds nothing in a copy', () => {
    expect(problemsOfText(text)).toEqual([]);
  });

  it.each([
    ['a key that is none', text.replace('cap_drop:', 'cap_dropp:')],
    ['a condition that is none', text.replace('condition: service_healthy', 'condition: service_helthy')],
    ['an image without a version', text.replace(/image: haproxy:\S+/, 'image: haproxy')],
    [
      'a port on every address',
      text.replace(/- host_ip: [^\n]+\n +published: [^\n]+\n +target:/, '- target:'),
    ],
    ['a name that is used twice', text.replace('  worker:\n', '  api:\n')],
  ])('would find %s', (_breach, planted) => {
    expect(planted).not.toBe(text);
    expect(problemsOfText(planted)).not.toEqual([]);
  });
});

describe('compose.yaml', () => {
  it('runs two nodes and two workers of this version, by commands that the program has', () => {
    expect(ours.map(([name]) => name)).toEqual(['api', 'worker']);
    for (const [name, service] of ours) {
      expect(at(service, 'command')).toEqual([name]);
      expect(COMMANDS).toContain(name);
      expect(at(service, 'deploy.replicas')).toBe(2);
    }
  });

  it('gives them variables that exist', () => {
    const named = ours.flatMap(([, service]) => Object.keys(tableAt(service, 'environment')));
    expect(named.filter(name => name !== 'NODE_OPTIONS' && !VARIABLE_NAMES.includes(name))).toEqual([]);
    expect(named).toContain('MONGODB_URL');
    expect(named).toContain('REDIS_URL');
  });

  it('lets everything be set from outside that is not its own to say', () => {
    const itsOwn = ['HOST', 'PORT', 'DATA', 'TLS_CERT', 'TLS_KEY', 'TRUSTED_PROXY', 'KEY'];
    // They name files, which a container does not have by itself.
    const files = ['COUNTRY_MMDB', 'ASN_MMDB'];
    const own = [...itsOwn, ...files];
    // A listener for syslog needs ports of its own on the host, which replicas cannot share: docs/deployment.md.
    const expected = VARIABLE_NAMES.filter(
      name =>
        name.startsWith('BAYESWATCH_') &&
        !name.startsWith('BAYESWATCH_SYSLOG_') &&
        !own.includes(name.slice('BAYESWATCH_'.length)),
    );
    const api = tableAt(compose, 'services.api.environment');
    expect(expected.filter(name => !String(api[name]).startsWith(`\${${name}:`))).toEqual([]);
  });

  it('lets nodes and workers judge alike', () => {
    const { BAYESWATCH_ADMIN_KEY, BAYESWATCH_TRUSTED_PROXY, ...shared } = tableAt(
      compose,
      'services.api.environment',
    );
    expect([BAYESWATCH_ADMIN_KEY, BAYESWATCH_TRUSTED_PROXY]).not.toContain(undefined);
    expect(tableAt(compose, 'services.worker.environment')).toEqual(shared);
  });

  it('holds no secret, and does not start without them', () => {
    const interpolated = FILES.flatMap(file => textOf(file).match(/\$\{[^}]*\}/g) ?? []);
    const secret = interpolated.filter(part => /^\$\{\w*(PASSWORD|ADMIN_KEY|SECRET)/.test(part));
    expect(secret.length).toBeGreaterThan(4);
    // `${NAME:?why}` refuses; a name alone is of a secret that another place of the same service refuses without.
    expect(secret.filter(part => !/^\$\{\w+(:\?[^}]+)?\}$/.test(part))).toEqual([]);
    for (const name of ['BAYESWATCH_ADMIN_KEY', 'MONGO_PASSWORD', 'REDIS_PASSWORD'])
      expect(text).toContain(`\${${name}:?`);
  });

  it.each(services)('confines %s', (_name, service) => {
    expect(at(service, 'read_only')).toBe(true);
    expect(at(service, 'cap_drop')).toEqual(['ALL']);
    expect(at(service, 'security_opt')).toContain('no-new-privileges:true');
    expect(at(service, 'restart')).toBe('unless-stopped');
    expect(Object.keys(tableAt(service, 'deploy.resources.limits')).sort()).toEqual(['cpus', 'memory']);
    expect(at(service, 'privileged') ?? at(service, 'network_mode') ?? at(service, 'pid')).toBe(undefined);
  });

  it.each([...services, ...Object.entries(tableAt(standIns, 'services'))])(
    'pins the image of %s to an exact version',
    (_name, service) => {
      expect(at(service, 'image')).toMatch(/:\d+(-\d+)?\.\d+\.\d+[\w.-]*$/);
    },
  );

  it('publishes one port, of the proxy, on this machine alone unless told otherwise', () => {
    const published = services.filter(([, service]) => at(service, 'ports') !== undefined);
    expect(published.map(([name]) => name)).toEqual(['proxy']);
    expect(at(compose, 'services.proxy.ports')).toHaveLength(1);
    expect(at(compose, 'services.proxy.ports.0.host_ip')).toMatch(/^\$\{\w+:-127\.0\.0\.1\}$/);
  });

  it('waits for health, of services that can tell theirs', () => {
    const waits = services.flatMap(([name, service]) =>
      Object.entries(isTable(at(service, 'depends_on')) ? tableAt(service, 'depends_on') : {}).map(
        ([on, how]) => [name, on, at(how, 'condition')],
      ),
    );
    expect(waits.map(([name, on]) => `${name} ${on}`)).toEqual([
      'proxy api',
      'api mongo',
      'api redis',
      'worker mongo',
      'worker redis',
    ]);
    expect(waits.filter(([, , condition]) => condition !== 'service_healthy')).toEqual([]);
    const tellers = services.filter(([, service]) => at(service, 'healthcheck.test') !== undefined);
    // Those of ours have the image's.
    expect([...tellers, ...ours].map(([name]) => name).sort()).toEqual(services.map(([name]) => name).sort());
  });

  it('keeps MongoDB in a volume and Redis nowhere, which throws nothing away by itself', () => {
    expect(at(compose, 'services.mongo.volumes')).toEqual(['mongo:/data/db']);
    expect(tableAt(compose, 'volumes')).toEqual({ mongo: null });
    for (const redis of [tableAt(compose, 'services.redis'), tableAt(standIns, 'services.redis')]) {
      const configuration = listAt(redis, 'command').join('\n');
      expect(configuration).toContain('maxmemory-policy noeviction');
      expect(configuration).toContain('appendonly no');
      expect(configuration).toContain('requirepass $$REDIS_PASSWORD');
    }
  });

  it('gives node half of the memory for its heap', () => {
    for (const [, service] of ours) {
      const [, heapMiB] =
        /^--max-old-space-size=(\d+)$/.exec(String(at(service, 'environment.NODE_OPTIONS'))) ?? [];
      const [, limitGiB] = /^(\d+)g$/.exec(String(at(service, 'deploy.resources.limits.memory'))) ?? [];
      expect(Number(heapMiB) * 2).toBe(Number(limitGiB) * 1024);
    }
  });

  it('leaves stores where nothing but the nodes reaches them', () => {
    const networksOf = (service: unknown) => listAt(service, 'networks');
    for (const name of ['mongo', 'redis'])
      expect(networksOf(at(compose, `services.${name}`))).toEqual(['stores']);
    expect(at(compose, 'networks.stores.internal')).toBe(true);
    expect(networksOf(at(compose, 'services.proxy'))).not.toContain('stores');
  });

  it('believes the proxy on its own network, and nobody else', () => {
    const subnet = at(compose, 'networks.nodes.ipam.config.0.subnet');
    expect(at(compose, 'services.api.environment.BAYESWATCH_TRUSTED_PROXY')).toBe(subnet);
    expect(
      services.filter(([, service]) => listAt(service, 'networks').includes('nodes')).map(([name]) => name),
    ).toEqual(['proxy', 'api']);
  });

  it('names nothing of ours that is no variable of the program', () => {
    const named = [compose, standIns].flatMap(file =>
      textsIn(file).flatMap(part => part.match(/\bBAYESWATCH_\w+/g) ?? []),
    );
    expect(named.filter(name => !VARIABLE_NAMES.includes(name))).toEqual([]);
  });
});

describe('the stand-ins', () => {
  it('stand in for services that are there, and name what else they need', () => {
    const own = (file: Table) => Object.keys(tableAt(file, 'services'));
    if (!isTable(compose) || !isTable(standIns)) throw new Error('no table');
    expect(own(standIns).filter(name => !own(compose).includes(name))).toEqual(['postgres']);
    expect(at(standIns, 'services.mongo.depends_on.postgres.condition')).toBe('service_healthy');
    expect(tableAt(standIns, 'volumes')).toEqual({ postgres: null });
  });

  it('are an engine of documents and the gateway that was made for it', () => {
    const [, gateway] = /:([\d.]+)$/.exec(String(at(standIns, 'services.mongo.image'))) ?? [];
    expect(at(standIns, 'services.postgres.image')).toMatch(new RegExp(`-ferretdb-${gateway}$`));
  });
});
