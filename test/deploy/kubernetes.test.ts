/** The manifests: of Kubernetes' own types, true of the program, and true of each other. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VARIABLE_NAMES } from '../../src/config.ts';
import { listFiles, ROOT, textOf } from '../house/source-tree.ts';
import { typeProblemsOf } from './kubernetes-types.ts';
import { COMMANDS, IMAGE, OPEN_PATHS, VERSION } from './program.ts';
import { at, documentsOf, isTable, listAt, tableAt } from './yaml-documents.ts';

const FOLDER = 'deploy/kubernetes';
const files = listFiles().filter(path => path.startsWith(`${FOLDER}/`) && path.endsWith('.yaml'));
const objectsIn = (paths: readonly string[]) => paths.flatMap(path => documentsOf(textOf(path)));
const manifests = files.filter(path => !path.endsWith('/kustomization.yaml'));
const objects = objectsIn(manifests);
const kustomizations = ['base', 'example'].map(name => {
  const [kustomization] = objectsIn([`${FOLDER}/${name}/kustomization.yaml`]);
  return { folder: `${FOLDER}/${name}`, kustomization };
});
const [base, example] = kustomizations.map(({ kustomization }) => kustomization);

const ofKind = (kind: string) => objects.filter(object => at(object, 'kind') === kind);
const nameOf = (object: unknown) => String(at(object, 'metadata.name'));
const deployments = ofKind('Deployment').map(object => ({
  name: nameOf(object),
  object,
  pod: tableAt(object, 'spec.template.spec'),
  container: tableAt(object, 'spec.template.spec.containers.0'),
}));
const names = deployments.map(({ name }) => name);

const matches = (selector: unknown, name: string) => {
  expect(selector).toEqual({ 'app.kubernetes.io/component': name });
};

describe('the types', () => {
  it('are those of every object', () => {
    expect(objects.length).toBeGreaterThan(12);
    expect(typeProblemsOf(objects)).toEqual([]);
  });

  it('would catch breaches', () => {
    const breach = (change: (text: string) => string) => {
      const text = textOf(`${FOLDER}/base/api.yaml`);
      const planted = change(text);
      if (planted === text) throw new Error('nothing was planted');
      return documentsOf(planted);
    };
    const planted = [
      breach(text => text.replace('readinessProbe:', 'readinesProbe:')),
      breach(text => text.replace('containerPort: 8080', 'containerPort: "8080"')),
      breach(text => text.replace('topologyKey: kubernetes.io/hostname', 'maxskew: 1')),
      breach(text => text.replace('kind: HorizontalPodAutoscaler', 'kind: HorizontalPodScaler')),
      breach(text => text.replace('apiVersion: policy/v1', 'apiVersion: policy/v1beta1')),
      breach(text => text.replace('command: [sleep, "5"]', 'command: [sleep, 5]')),
    ];
    const problems = typeProblemsOf(planted.flat());
    for (const sign of [
      /readinesProbe/,
      /'string' is not assignable to type 'number'/,
      /maxskew|topologyKey/,
      /HorizontalPodScaler/,
      /policy\/v1beta1/,
      /'number' is not assignable to type 'string'/,
    ])
      expect(problems.some(problem => sign.test(problem))).toBe(true);
  });
});

describe('kustomizations', () => {
  it.each(kustomizations)('of $folder list every manifest beside them', ({ folder, kustomization }) => {
    const listed = listAt(kustomization, 'resources').map(path => join(folder, String(path)));
    expect(listed.filter(path => !existsSync(join(ROOT, path)))).toEqual([]);
    const beside = manifests.filter(path => path.startsWith(`${folder}/`));
    expect(beside.length).toBeGreaterThan(0);
    expect(beside.filter(path => !listed.includes(path))).toEqual([]);
  });

  it('set variables that exist', () => {
    const literals = [base, example].flatMap(kustomization =>
      listAt(kustomization, 'configMapGenerator.0.literals').map(
        literal => String(literal).split('=')[0] ?? '',
      ),
    );
    expect(literals.length).toBeGreaterThan(2);
    expect(literals.filter(name => !VARIABLE_NAMES.includes(name))).toEqual([]);
  });

  it('take the image of this version', () => {
    expect(tableAt(example, 'images.0')).toMatchObject({ name: 'bayeswatch', newTag: VERSION });
    for (const { container } of deployments) expect(at(container, 'image')).toBe(IMAGE);
  });
});

describe('secrets', () => {
  it('are in no file: what would hold them cannot be applied before it is written', () => {
    expect(ofKind('Secret')).toEqual([]);
    expect(at(example, 'secretGenerator')).toEqual([{ name: 'bayeswatch-secrets', envs: ['secrets.env'] }]);
    expect(listFiles()).not.toContain(`${FOLDER}/example/secrets.env`);
    expect(textOf('.gitignore').split('\n')).toContain('secrets.env');
  });

  it('are those that the pods ask for, without values', () => {
    const lines = textOf(`${FOLDER}/example/secrets.env.example`)
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'));
    const asked = deployments.flatMap(({ container }) =>
      listAt(container, 'env').flatMap(variable => {
        const reference = at(variable, 'valueFrom.secretKeyRef');
        if (!isTable(reference)) return [];
        expect(reference).toEqual({ name: 'bayeswatch-secrets', key: at(variable, 'name') });
        return [String(reference['key'])];
      }),
    );
    expect(lines.sort()).toEqual([...new Set(asked)].sort().map(name => `${name}=`));
    expect(asked.filter(name => !VARIABLE_NAMES.includes(name))).toEqual([]);
  });

  it('of the first admin key are the nodes’ alone', () => {
    const has = deployments.filter(({ container }) =>
      JSON.stringify(container).includes('BAYESWATCH_ADMIN_KEY'),
    );
    expect(has.map(({ name }) => name)).toEqual(['api']);
  });
});

describe('the deployments', () => {
  it('are of nodes and workers, by commands that the program has', () => {
    expect(names).toEqual(['api', 'worker']);
    for (const { name, container } of deployments) {
      expect(at(container, 'args')).toEqual([name]);
      expect(COMMANDS).toContain(name);
    }
  });

  it.each(deployments)(
    '$name: satisfies the restricted profile, and a file system that is read alone',
    ({ pod, container }) => {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        serviceAccountName: nameOf(ofKind('ServiceAccount')[0]),
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(at(container, 'securityContext')).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(`${at(pod, 'securityContext.runAsUser')}:${at(pod, 'securityContext.runAsGroup')}`).toBe(
        '1000:1000',
      );
      const volumes = listAt(pod, 'volumes').map(volume => at(volume, 'name'));
      expect(listAt(container, 'volumeMounts').map(mount => at(mount, 'name'))).toEqual(volumes);
    },
  );

  it.each(deployments)(
    '$name: is asked what exists, at the port that the image listens on',
    ({ name, container }) => {
      const asks = ['startupProbe', 'livenessProbe', 'readinessProbe'].map(probe =>
        tableAt(container, `${probe}.httpGet`),
      );
      // A node that was ready once goes on: it scores from memory while MongoDB is away.
      const expected = {
        api: ['/readyz', '/healthz', '/healthz'],
        worker: ['/healthz', '/healthz', '/readyz'],
      };
      expect(asks.map(({ path }) => path)).toEqual(Reflect.get(expected, name));
      expect(asks.filter(({ path }) => !OPEN_PATHS.includes(String(path)))).toEqual([]);
      expect(new Set(asks.map(({ port }) => port))).toEqual(new Set(['http']));
      const [, port] = /BAYESWATCH_PORT=(\d+)/.exec(textOf('Dockerfile')) ?? [];
      expect(listAt(container, 'ports')).toEqual([{ name: 'http', containerPort: Number(port) }]);
    },
  );

  it.each(deployments)(
    '$name: asks for no more than its limit, and half of that is node’s heap',
    ({ container }) => {
      const gibibytes = (path: string) => Number(/^(\d+)Gi$/.exec(String(at(container, path)))?.[1]);
      const limit = gibibytes('resources.limits.memory');
      expect(gibibytes('resources.requests.memory')).toBeLessThanOrEqual(limit);
      const options = listAt(container, 'env').find(variable => at(variable, 'name') === 'NODE_OPTIONS');
      expect(at(options, 'value')).toBe(`--max-old-space-size=${limit * 512}`);
    },
  );

  it.each(deployments)('$name: has time to finish what has begun', ({ pod, container }) => {
    const [, pause = '0'] = listAt(
      at(container, 'lifecycle.preStop.exec') ?? { command: ['sleep', '0'] },
      'command',
    );
    expect(Number(at(pod, 'terminationGracePeriodSeconds'))).toBeGreaterThanOrEqual(Number(pause) + 20);
  });
});

describe('what is told of deployments', () => {
  it.each(deployments)('selects the pods of $name', ({ name, object, pod }) => {
    matches(at(object, 'spec.selector.matchLabels'), name);
    matches(at(object, 'spec.template.metadata.labels'), name);
    const spreads = listAt(pod, 'topologySpreadConstraints');
    expect(spreads).toHaveLength(2);
    for (const spread of spreads) matches(at(spread, 'labelSelector.matchLabels'), name);
  });

  it.each(['PodDisruptionBudget', 'HorizontalPodAutoscaler'])('is one %s each', kind => {
    expect(ofKind(kind).map(nameOf)).toEqual(names);
  });

  it('lets maintenance take one pod at a time of at least two', () => {
    for (const budget of ofKind('PodDisruptionBudget')) {
      matches(at(budget, 'spec.selector.matchLabels'), nameOf(budget));
      expect(at(budget, 'spec.maxUnavailable')).toBe(1);
    }
    for (const scaler of ofKind('HorizontalPodAutoscaler')) {
      expect(at(scaler, 'spec.scaleTargetRef')).toEqual({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: nameOf(scaler),
      });
      expect(at(scaler, 'spec.minReplicas')).toBe(2);
    }
    // An autoscaler's number would be undone by one in the manifest.
    expect(deployments.filter(({ object }) => at(object, 'spec.replicas') !== undefined)).toEqual([]);
  });

  it('leads requests to the nodes', () => {
    const [service, ...others] = ofKind('Service');
    expect(others).toEqual([]);
    matches(at(service, 'spec.selector'), 'api');
    expect(at(service, 'spec.ports.0.targetPort')).toBe('http');
    const backend = at(ofKind('Ingress')[0], 'spec.rules.0.http.paths.0.backend.service');
    expect(backend).toEqual({ name: nameOf(service), port: { name: at(service, 'spec.ports.0.name') } });
  });
});

describe('the network', () => {
  const policies = ofKind('NetworkPolicy');

  it('is closed but for what policies open', () => {
    const closed = policies.filter(
      policy => at(policy, 'spec.ingress') === undefined && at(policy, 'spec.egress') === undefined,
    );
    expect(closed.map(policy => at(policy, 'spec'))).toEqual([
      { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    ]);
  });

  it('opens each way to somebody and at ports, and no others', () => {
    const ways = policies.flatMap(policy =>
      (['ingress', 'egress'] as const).flatMap(direction => {
        const rules = at(policy, `spec.${direction}`);
        if (!Array.isArray(rules)) return [];
        expect(at(policy, 'spec.policyTypes')).toEqual([direction === 'ingress' ? 'Ingress' : 'Egress']);
        return rules.map(rule => {
          expect(listAt(rule, direction === 'ingress' ? 'from' : 'to').length).toBeGreaterThan(0);
          const ports = listAt(rule, 'ports').map(port => `${at(port, 'port')}/${at(port, 'protocol')}`);
          return `${nameOf(policy)} ${direction} ${ports.join(' ')}`;
        });
      }),
    );
    expect(ways).toEqual([
      'names egress 53/UDP 53/TCP',
      'stores egress 27017/TCP 6379/TCP',
      'callers ingress http/TCP',
      'watchers ingress http/TCP',
    ]);
    matches(
      at(
        policies.find(policy => nameOf(policy) === 'callers'),
        'spec.podSelector.matchLabels',
      ),
      'api',
    );
  });

  it('is opened to namespaces by labels that the manifest tells how to set', () => {
    const text = textOf(`${FOLDER}/base/network-policies.yaml`);
    const labels = [...text.matchAll(/^ +(bayeswatch\/[a-z-]+): "true"$/gm)].map(([, label = '']) => label);
    expect(labels.length).toBe(3);
    expect(
      labels.filter(label => !new RegExp(`^# +kubectl label namespace \\S+ ${label}=true`, 'm').test(text)),
    ).toEqual([]);
  });
});
