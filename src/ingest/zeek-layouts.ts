/**
 * The default columns of Zeek's conn, dns, http and ssl logs, for files that lost their header (`grep`, `tail`, a split
 * rotation). Versions differ in their columns; a layout is taken only where number and shape of the columns fit.
 */

export interface Layout {
  path: string;
  columns: readonly string[];
}

const ID = ['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p'];

const CONN_HEAD = ['proto', 'service', 'duration', 'orig_bytes', 'resp_bytes', 'conn_state', 'local_orig'];
const CONN_TAIL = [
  'missed_bytes',
  'history',
  'orig_pkts',
  'orig_ip_bytes',
  'resp_pkts',
  'resp_ip_bytes',
  'tunnel_parents',
];
const DNS_TAIL =
  'query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected'.split(' ');
const HTTP_HEAD = ['trans_depth', 'method', 'host', 'uri', 'referrer'];
const HTTP_BODY = 'request_body_len response_body_len status_code status_msg info_code info_msg'.split(' ');
const SSL_HEAD = 'version cipher curve server_name resumed last_alert next_protocol established'.split(' ');

interface Shape extends Layout {
  fits(texts: readonly string[]): boolean;
}

const SHAPES: readonly Shape[] = [
  // Bro 2.2 to 2.3 without local_resp, Zeek 2.4 to 7.0, and from 7.1 with ip_proto.
  conn([...ID, ...CONN_HEAD, ...CONN_TAIL]),
  conn([...ID, ...CONN_HEAD, 'local_resp', ...CONN_TAIL]),
  conn([...ID, ...CONN_HEAD, 'local_resp', ...CONN_TAIL, 'ip_proto']),
  // Before and since rtt (2.5).
  dns([...ID, 'proto', 'trans_id', ...DNS_TAIL]),
  dns([...ID, 'proto', 'trans_id', 'rtt', ...DNS_TAIL]),
  // Bro 2.2 to 2.4, 2.5, and since 2.6 (origin).
  http([
    ...ID,
    ...HTTP_HEAD,
    'user_agent',
    ...HTTP_BODY,
    ...'filename tags username password proxied orig_fuids orig_mime_types resp_fuids resp_mime_types'.split(
      ' ',
    ),
  ]),
  http([
    ...ID,
    ...HTTP_HEAD,
    'version',
    'user_agent',
    ...HTTP_BODY,
    ...'tags username password proxied orig_fuids orig_filenames orig_mime_types'.split(' '),
    ...'resp_fuids resp_filenames resp_mime_types'.split(' '),
  ]),
  http([
    ...ID,
    ...HTTP_HEAD,
    'version',
    'user_agent',
    'origin',
    ...HTTP_BODY,
    ...'tags username password proxied orig_fuids orig_filenames orig_mime_types'.split(' '),
    ...'resp_fuids resp_filenames resp_mime_types'.split(' '),
  ]),
  // Certificates by file id (2.2 to 4.0), with their validation, with JA3, and by fingerprint (since 4.1). Where two have
  // the same number of columns, those that are read stand in the same places.
  ssl([
    ...ID,
    ...SSL_HEAD,
    ...'cert_chain_fuids client_cert_chain_fuids subject issuer client_subject client_issuer'.split(' '),
  ]),
  ssl([
    ...ID,
    ...SSL_HEAD,
    ...'cert_chain_fuids client_cert_chain_fuids subject issuer client_subject client_issuer'.split(' '),
    'validation_status',
  ]),
  ssl([
    ...ID,
    ...SSL_HEAD,
    ...'ssl_history cert_chain_fps client_cert_chain_fps sni_matches_cert'.split(' '),
  ]),
  ssl([
    ...ID,
    ...SSL_HEAD,
    ...'ssl_history cert_chain_fps client_cert_chain_fps sni_matches_cert validation_status'.split(' '),
  ]),
];
/** With those of ssl that end in JA3, whose hashes tell them from others of as many columns. */
const ALL_SHAPES: readonly Shape[] = [...SHAPES.filter(({ path }) => path === 'ssl').map(withJa3), ...SHAPES];

/** `label` and `detailedlabel`, which labelling tools append. */
const LABEL_COLUMNS = 2;
/** A cluster may put the name of its node before everything else (`Log::default_ext_func`, `_node_name`). */
const NODE_COLUMN = '_node_name';

/** The layout that the columns of one line fit, or null. @example layoutOf(['1713484795.9', 'CYl7H…', …]) // path 'conn' */
export function layoutOf(texts: readonly string[]): Layout | null {
  const shape = shapeOf(texts);
  if (shape !== null) return shape;
  const behindNode = shapeOf(texts.slice(1));
  return behindNode && { path: behindNode.path, columns: [NODE_COLUMN, ...behindNode.columns] };
}

function shapeOf(texts: readonly string[]): Layout | null {
  if (texts.length < 18 || !isConnectionHead(texts)) return null;
  for (const labels of [0, LABEL_COLUMNS]) {
    for (const shape of ALL_SHAPES) {
      if (shape.columns.length + labels === texts.length && shape.fits(texts)) return shape;
    }
  }
  return null;
}

function isConnectionHead([
  ts = '',
  uid = '',
  source = '',
  sourcePort = '',
  to = '',
  port = '',
]: readonly string[]) {
  return (
    /^\d{1,12}\.\d{1,9}$/.test(ts) &&
    /^[A-Za-z0-9]{6,32}$/.test(uid) &&
    /^[0-9A-Fa-f:.%]{2,64}$/.test(source) &&
    /^\d{1,5}$/.test(sourcePort) &&
    /^[0-9A-Fa-f:.%]{2,64}$/.test(to) &&
    /^\d{1,5}$/.test(port)
  );
}

function conn(columns: readonly string[]): Shape {
  return { path: 'conn', columns, fits: texts => isTransport(texts[6]) && isState(texts[11]) };
}

function dns(columns: readonly string[]): Shape {
  const recursion = columns.indexOf('RD');
  return {
    path: 'dns',
    columns,
    fits: texts => isTransport(texts[6]) && isCount(texts[7]) && isFlag(texts[recursion]),
  };
}

function http(columns: readonly string[]): Shape {
  const status = columns.indexOf('status_code');
  const length = columns.indexOf('request_body_len');
  return {
    path: 'http',
    columns,
    fits: texts => isCount(texts[6]) && isCount(texts[length]) && isCount(texts[status], true),
  };
}

function ssl(columns: readonly string[]): Shape {
  const resumed = columns.indexOf('resumed');
  const established = columns.indexOf('established');
  return { path: 'ssl', columns, fits: texts => isFlag(texts[resumed]) && isFlag(texts[established]) };
}

/** The columns of the ja3 package behind those of a shape. */
function withJa3({ path, columns, fits }: Shape): Shape {
  const ja3 = columns.length;
  return {
    path,
    columns: [...columns, 'ja3', 'ja3s'],
    fits: texts => isHash(texts[ja3]) && isHash(texts[ja3 + 1]) && fits(texts),
  };
}

/** An MD5, or `-` for none. */
function isHash(text = ''): boolean {
  return text === '-' || /^[0-9a-f]{32}$/.test(text);
}

function isTransport(text = ''): boolean {
  return /^(?:tcp|udp|icmp|unknown_transport)$/.test(text);
}

function isState(text = ''): boolean {
  return /^(?:S[0123F]|REJ|RST[OR]|RSTOS0|RSTRH|SHR?|OTH)$/.test(text);
}

function isCount(text = '', unset = false): boolean {
  return /^\d{1,15}$/.test(text) || (unset && text === '-');
}

function isFlag(text = ''): boolean {
  return text === 'T' || text === 'F';
}
