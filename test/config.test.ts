/** Configuration: defaults, every kind of impossible value, and unknown names stop the start by name. */
import { describe, expect, it } from 'vitest';
import { type Config, configOf, policyVariablesOf, VARIABLE_NAMES } from '../src/config.ts';
import { AppError } from '../src/domain/errors.ts';

function failureOf(env: Record<string, string>): AppError {
  try {
    configOf(env);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(env)}`);
}

describe('configOf', () => {
  it('gives the documented defaults for an empty environment', () => {
    expect(configOf({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      tls: undefined,
      trustedProxies: [],
      dataFolder: './data',
      adminKey: undefined,
      key: undefined,
      learnAfterMs: 1000,
      auditDays: 400,
      policy: {
        quarantineHours: 24,
        halfLifeDays: 30,
        retentionDays: 90,
        baseRate: 0.001,
        costs: { falseAlarm: 1, missed: 99 },
        pruneBelow: 0,
        timeZone: 'UTC',
      },
      limits: {
        lineBytesMax: 1_048_576,
        jsonBodyBytesMax: 33_554_432,
        bodyBytesMax: 1_073_741_824,
        bodyDecompressedBytesMax: 4_294_967_296,
        requestRecordsMax: 5_000_000,
      },
      countryMmdb: undefined,
      asnMmdb: undefined,
    });
  });

  it('is frozen through and through', () => {
    const config = configOf({});
    for (const part of [config, config.policy, config.policy.costs, config.limits]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  const READ: [string, string, (config: Config) => unknown, unknown][] = [
    ['BAYESWATCH_HOST', '::1', config => config.host, '::1'],
    ['BAYESWATCH_PORT', '0', config => config.port, 0],
    ['BAYESWATCH_TLS_CERT', 'c.pem', config => config.tls?.cert, 'c.pem'],
    ['BAYESWATCH_TLS_KEY', 'k.pem', config => config.tls?.key, 'k.pem'],
    ['BAYESWATCH_TRUSTED_PROXY', '10.0.0.0/8, ::1', config => config.trustedProxies, ['10.0.0.0/8', '::1']],
    ['BAYESWATCH_DATA', '/srv/watch data', config => config.dataFolder, '/srv/watch data'],
    ['BAYESWATCH_ADMIN_KEY', 'a'.repeat(16), config => config.adminKey, 'a'.repeat(16)],
    ['BAYESWATCH_KEY', 'k', config => config.key, 'k'],
    ['BAYESWATCH_QUARANTINE_HOURS', '0', config => config.policy.quarantineHours, 0],
    ['BAYESWATCH_HALF_LIFE_DAYS', '7.5', config => config.policy.halfLifeDays, 7.5],
    ['BAYESWATCH_RETENTION_DAYS', '365', config => config.policy.retentionDays, 365],
    ['BAYESWATCH_AUDIT_DAYS', '30.5', config => config.auditDays, 30.5],
    ['BAYESWATCH_AUDIT_DAYS', 'forever', config => config.auditDays, Number.POSITIVE_INFINITY],
    ['BAYESWATCH_LEARN_AFTER_MS', '0', config => config.learnAfterMs, 0],
    ['BAYESWATCH_PRUNE_BELOW', '2.5', config => config.policy.pruneBelow, 2.5],
    ['BAYESWATCH_BASE_RATE', '0.05', config => config.policy.baseRate, 0.05],
    ['BAYESWATCH_COST_FALSE_ALARM', '2', config => config.policy.costs.falseAlarm, 2],
    ['BAYESWATCH_COST_MISSED', '0.5', config => config.policy.costs.missed, 0.5],
    ['BAYESWATCH_TIME_ZONE', 'Europe/Berlin', config => config.policy.timeZone, 'Europe/Berlin'],
    ['BAYESWATCH_COUNTRY_MMDB', 'c.mmdb', config => config.countryMmdb, 'c.mmdb'],
    ['BAYESWATCH_ASN_MMDB', 'a.mmdb', config => config.asnMmdb, 'a.mmdb'],
    ['BAYESWATCH_LINE_BYTES_MAX', '2048', config => config.limits.lineBytesMax, 2048],
    ['BAYESWATCH_JSON_BODY_BYTES_MAX', '4096', config => config.limits.jsonBodyBytesMax, 4096],
    ['BAYESWATCH_BODY_BYTES_MAX', '8192', config => config.limits.bodyBytesMax, 8192],
    [
      'BAYESWATCH_BODY_DECOMPRESSED_BYTES_MAX',
      '16384',
      config => config.limits.bodyDecompressedBytesMax,
      16384,
    ],
    ['BAYESWATCH_REQUEST_RECORDS_MAX', '10', config => config.limits.requestRecordsMax, 10],
    ['BAYESWATCH_KEY_REQUESTS_PER_MINUTE', '60', config => config.keyRequestsPerMinute, 60],
    ['BAYESWATCH_SYSLOG_HOST', '::1', config => config.syslog?.host, '::1'],
    ['BAYESWATCH_SYSLOG_UDP_PORT', '0', config => config.syslog?.ports, { udp: 0, tcp: 601 }],
    ['BAYESWATCH_SYSLOG_TCP_PORT', '601', config => config.syslog?.ports, { tcp: 601 }],
    ['BAYESWATCH_SYSLOG_TLS_PORT', '6514', config => config.syslog?.ports, { tcp: 601, tls: 6514 }],
    ['BAYESWATCH_SYSLOG_TLS_CERT', 'c.pem', config => config.syslog?.tls?.cert, 'c.pem'],
    ['BAYESWATCH_SYSLOG_TLS_KEY', 'k.pem', config => config.syslog?.tls?.key, 'k.pem'],
    ['BAYESWATCH_SYSLOG_TLS_CLIENT_CA', 'ca.pem', config => config.syslog?.tls?.clientCa, 'ca.pem'],
    ['BAYESWATCH_SYSLOG_ALLOW', '10.0.0.0/8,::1', config => config.syslog?.allow, ['10.0.0.0/8', '::1']],
    ['BAYESWATCH_SYSLOG_SITE', 'branch-2', config => config.syslog?.site, 'branch-2'],
    ['BAYESWATCH_SYSLOG_FORMAT', 'combined', config => config.syslog?.format, 'combined'],
    ['BAYESWATCH_SYSLOG_LINE_BYTES_MAX', '8192', config => config.syslog?.lineBytesMax, 8192],
    ['BAYESWATCH_SYSLOG_CONNECTIONS_MAX', '64', config => config.syslog?.connectionsMax, 64],
    ['MONGODB_URL', 'mongodb+srv://a:b@db', config => config.mongodbUrl, 'mongodb+srv://a:b@db'],
  ];
  /** Variables that are there together or not at all. */
  const PAIR = { BAYESWATCH_TLS_CERT: 'other.pem', BAYESWATCH_TLS_KEY: 'other.pem' };
  const SYSLOG = { BAYESWATCH_SYSLOG_TCP_PORT: '601' };
  const SYSLOG_TLS = {
    BAYESWATCH_SYSLOG_TLS_PORT: '6514',
    BAYESWATCH_SYSLOG_TLS_CERT: 'other.pem',
    BAYESWATCH_SYSLOG_TLS_KEY: 'other.pem',
  };
  /** What a variable needs beside it. */
  const besides = (name: string) => {
    if (name in PAIR) return PAIR;
    if (name.startsWith('BAYESWATCH_SYSLOG_TLS')) return { ...SYSLOG, ...SYSLOG_TLS };
    return name.startsWith('BAYESWATCH_SYSLOG') ? SYSLOG : {};
  };
  it.each(READ)('reads %s', (name, value, pick, expected) => {
    expect(pick(configOf({ ...besides(name), [name]: value }))).toEqual(expected);
  });
  it('has a case above for every variable that has a value', () => {
    // REDIS_URL goes with MONGODB_URL: below.
    const unread = VARIABLE_NAMES.filter(name => !READ.some(([read]) => read === name));
    expect(unread).toEqual(['REDIS_URL']);
  });

  it.each([
    ['BAYESWATCH_HOST', 'a b'],
    ['BAYESWATCH_PORT', '65536'],
    ['BAYESWATCH_PORT', '0x50'],
    ['BAYESWATCH_PORT', ' 80'],
    ['BAYESWATCH_PORT', '-1'],
    ['BAYESWATCH_PORT', '80.5'],
    ['BAYESWATCH_TRUSTED_PROXY', '10.0.0.0/33'],
    ['BAYESWATCH_TRUSTED_PROXY', '10.0.0.0/8,'],
    ['BAYESWATCH_TRUSTED_PROXY', '10.0.0.0/8/8'],
    ['BAYESWATCH_TRUSTED_PROXY', '010.0.0.1'],
    ['BAYESWATCH_TRUSTED_PROXY', 'fe80::1%eth0'],
    ['BAYESWATCH_TRUSTED_PROXY', 'proxy.example.org'],
    ['BAYESWATCH_DATA', 'a\0b'],
    ['BAYESWATCH_ADMIN_KEY', 'too-short'],
    ['BAYESWATCH_ADMIN_KEY', `${'a'.repeat(20)} b`],
    ['BAYESWATCH_KEY', 'a\nb'],
    ['BAYESWATCH_QUARANTINE_HOURS', 'NaN'],
    ['BAYESWATCH_HALF_LIFE_DAYS', '0'],
    ['BAYESWATCH_HALF_LIFE_DAYS', 'Infinity'],
    ['BAYESWATCH_RETENTION_DAYS', '1e3'],
    ['BAYESWATCH_RETENTION_DAYS', '1'],
    ['BAYESWATCH_AUDIT_DAYS', '0'],
    ['BAYESWATCH_AUDIT_DAYS', 'never'],
    ['BAYESWATCH_AUDIT_DAYS', '36501'],
    ['BAYESWATCH_LEARN_AFTER_MS', '0.5'],
    ['BAYESWATCH_BASE_RATE', '0'],
    ['BAYESWATCH_BASE_RATE', '1'],
    ['BAYESWATCH_COST_MISSED', '0'],
    ['BAYESWATCH_TIME_ZONE', 'Europe/Atlantis'],
    ['BAYESWATCH_LINE_BYTES_MAX', '10'],
    ['BAYESWATCH_REQUEST_RECORDS_MAX', '0'],
    ['BAYESWATCH_KEY_REQUESTS_PER_MINUTE', '0'],
    ['BAYESWATCH_SYSLOG_HOST', 'a b'],
    ['BAYESWATCH_SYSLOG_UDP_PORT', '65536'],
    ['BAYESWATCH_SYSLOG_TCP_PORT', 'syslog'],
    ['BAYESWATCH_SYSLOG_TLS_PORT', '-1'],
    ['BAYESWATCH_SYSLOG_TLS_CERT', 'a\0b'],
    ['BAYESWATCH_SYSLOG_ALLOW', '10.0.0.0/33'],
    ['BAYESWATCH_SYSLOG_ALLOW', 'office'],
    ['BAYESWATCH_SYSLOG_SITE', 'Branch 2'],
    ['BAYESWATCH_SYSLOG_FORMAT', 'cobined'],
    ['BAYESWATCH_SYSLOG_LINE_BYTES_MAX', '100'],
    ['BAYESWATCH_SYSLOG_CONNECTIONS_MAX', '0'],
    ['BAYESWATCH_PROT', '8080'],
    ['MONGODB_URL', 'http://localhost'],
    ['MONGODB_URL', 'mongodb://local host'],
    ['REDIS_URL', 'redis://localhost'],
  ])('refuses %s=%j by name', (name, value) => {
    const failure = failureOf({ [name]: value });
    expect(failure.code).toBe('config-invalid');
    expect(failure.errors.map(problem => problem.pointer)).toEqual([`#/${name}`]);
    expect(failure.message).toContain(name);
  });

  it('tells which format was probably meant', () => {
    expect(failureOf({ BAYESWATCH_SYSLOG_FORMAT: 'apache' }).message).toContain('did you mean combined?');
    expect(failureOf({ BAYESWATCH_SYSLOG_FORMAT: 'xyz' }).message).toMatch(/no format; known are .*combined/);
  });

  it('reads REDIS_URL beside MONGODB_URL, and repeats neither where it is wrong', () => {
    const mongodb = { MONGODB_URL: 'mongodb://db' };
    expect(configOf({ ...mongodb, REDIS_URL: 'rediss://:secret@cache' }).redisUrl).toBe(
      'rediss://:secret@cache',
    );
    expect(failureOf({ ...mongodb, REDIS_URL: 'tcp://:secret@cache' }).message).not.toContain('secret');
    expect(failureOf({ MONGODB_URL: 'tcp://:secret@db' }).message).not.toContain('secret');
  });

  it.each([
    ['BAYESWATCH_TLS_CERT', 'BAYESWATCH_TLS_KEY'],
    ['BAYESWATCH_TLS_KEY', 'BAYESWATCH_TLS_CERT'],
    ['BAYESWATCH_SYSLOG_TLS_CERT', 'BAYESWATCH_SYSLOG_TLS_KEY'],
    ['BAYESWATCH_SYSLOG_TLS_KEY', 'BAYESWATCH_SYSLOG_TLS_CERT'],
    ['BAYESWATCH_SYSLOG_TLS_CLIENT_CA', 'BAYESWATCH_SYSLOG_TLS_PORT'],
  ])('refuses %s without %s, and names what is missing', (given, missing) => {
    expect(failureOf({ [given]: 'a.pem' }).errors).toMatchObject([{ pointer: `#/${missing}` }]);
  });

  it.each([
    ['BAYESWATCH_PROT', 'BAYESWATCH_PORT'],
    ['BAYESWATCH_TIMEZONE', 'BAYESWATCH_TIME_ZONE'],
    ['BAYESWATCH_HALFLIFE_DAY', 'BAYESWATCH_HALF_LIFE_DAYS'],
    ['BAYESWATCH_HALFLIFE', 'BAYESWATCH_HALF_LIFE_DAYS'],
    ['BAYESWATCH_RETENTION', 'BAYESWATCH_RETENTION_DAYS'],
    ['BAYESWATCH_TRUSTED_PROXIES', 'BAYESWATCH_TRUSTED_PROXY'],
  ])('says of %s that it was probably meant to be %s', (name, meant) => {
    expect(failureOf({ [name]: 'x' }).message).toBe(
      `${name} is no variable of this program; did you mean ${meant}?`,
    );
  });

  it('gives the variables of a policy, which ask for it again', () => {
    const { policy } = configOf({
      BAYESWATCH_QUARANTINE_HOURS: '0.000000000000001',
      BAYESWATCH_HALF_LIFE_DAYS: '7.123456789012345',
      BAYESWATCH_RETENTION_DAYS: '36500',
      BAYESWATCH_BASE_RATE: '0.000001000000001',
      BAYESWATCH_COST_FALSE_ALARM: '1000000000',
      BAYESWATCH_COST_MISSED: '0.5',
      BAYESWATCH_PRUNE_BELOW: '0.25',
      BAYESWATCH_TIME_ZONE: 'Europe/Berlin',
    });
    expect(configOf(policyVariablesOf(policy)).policy).toEqual(policy);
    expect(Object.keys(policyVariablesOf(policy))).toHaveLength(8);
  });

  it('guesses nothing where nothing is near', () => {
    for (const name of ['BAYESWATCH_OLD', 'BAYESWATCH_', 'BAYESWATCH_COLOURS_OF_THE_RAINBOW'])
      expect(failureOf({ [name]: 'x' }).message).toBe(`${name} is no variable of this program`);
  });

  it('lists all culprits at once', () => {
    const failure = failureOf({ BAYESWATCH_PORT: 'x', BAYESWATCH_OLD: '1', BAYESWATCH_BASE_RATE: '2' });
    expect(failure.errors.map(problem => problem.pointer).sort()).toEqual([
      '#/BAYESWATCH_BASE_RATE',
      '#/BAYESWATCH_OLD',
      '#/BAYESWATCH_PORT',
    ]);
  });

  it('never repeats a value, for it may be a secret', () => {
    expect(failureOf({ BAYESWATCH_ADMIN_KEY: 'hunter2' }).message).not.toContain('hunter2');
  });

  it('takes an empty value as none and ignores the variables of others', () => {
    expect(configOf({ BAYESWATCH_PORT: '', MONGODB_URL: '', PORT: 'x', BAYES: '1' })).toEqual(configOf({}));
  });

  it('is not fooled by names of Object.prototype', () => {
    const env: Record<string, string> = JSON.parse('{"__proto__": "x", "BAYESWATCH___proto__": "y"}');
    expect(failureOf(env).errors.map(problem => problem.pointer)).toEqual(['#/BAYESWATCH___proto__']);
  });
});

describe('the listener for syslog', () => {
  const UDP = { BAYESWATCH_SYSLOG_UDP_PORT: '514' };
  const TLS = { BAYESWATCH_SYSLOG_TLS_PORT: '6514' };
  const CERTIFICATE = { BAYESWATCH_TLS_CERT: 'c.pem', BAYESWATCH_TLS_KEY: 'k.pem' };

  it('is off until a port is set, and then listens where the server does', () => {
    expect(configOf({ BAYESWATCH_SYSLOG_ALLOW: '10.0.0.0/8' }).syslog).toBeUndefined();
    expect(configOf(UDP).syslog).toEqual({
      host: '127.0.0.1',
      ports: { udp: 514 },
      site: 'default',
      allow: [],
      connectionsMax: 512,
      lineBytesMax: 65_536,
      format: undefined,
      tls: undefined,
    });
  });

  it('shows the certificate of the server unless it is given another one, and needs one', () => {
    expect(configOf({ ...TLS, ...CERTIFICATE }).syslog?.tls).toEqual({
      cert: 'c.pem',
      key: 'k.pem',
      clientCa: undefined,
    });
    expect(failureOf(TLS).errors).toMatchObject([{ pointer: '#/BAYESWATCH_SYSLOG_TLS_CERT' }]);
  });

  it('wants to be told who may send where other machines reach it, by networks or by certificates', () => {
    for (const host of ['BAYESWATCH_HOST', 'BAYESWATCH_SYSLOG_HOST']) {
      const open = { ...UDP, [host]: '0.0.0.0' };
      expect(failureOf(open).errors).toMatchObject([{ pointer: '#/BAYESWATCH_SYSLOG_ALLOW' }]);
      expect(configOf({ ...open, BAYESWATCH_SYSLOG_ALLOW: '0.0.0.0/0' }).syslog?.host).toBe('0.0.0.0');
    }
    const proved = {
      ...TLS,
      ...CERTIFICATE,
      BAYESWATCH_SYSLOG_HOST: '::',
      BAYESWATCH_SYSLOG_TLS_CLIENT_CA: 'ca.pem',
    };
    expect(configOf(proved).syslog?.tls?.clientCa).toBe('ca.pem');
    // A datagram has no certificate.
    expect(failureOf({ ...proved, ...UDP }).errors).toMatchObject([{ pointer: '#/BAYESWATCH_SYSLOG_ALLOW' }]);
  });
});
