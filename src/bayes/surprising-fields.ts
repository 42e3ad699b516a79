/**
 * Plain category fields whose rare values are evidence where nothing is marked, too. Left out are those that tell who, where
 * or when (a second day is a new weekday, a new sensor a new dataset), names (their text is read as such), and fields
 * of which a record has several values. docs/adr/0011-conditional-categories.md has the figures.
 */
const FIELDS: ReadonlySet<string> = new Set([
  'destination.bytes',
  'destination.ip.class',
  'destination.packets',
  'destination.port',
  'dns.answers.count',
  'dns.answers.longest',
  'dns.question.type',
  'dns.response_code',
  'event.duration',
  'http.request.bytes',
  'http.request.method',
  'http.request.referrer.kind',
  'http.response.body.bytes',
  'http.response.status_code',
  'log.level',
  'network.bytes',
  'network.bytes.ratio',
  'network.direction',
  'network.history',
  'network.packets',
  'network.protocol',
  'network.state',
  'network.transport',
  'source.bytes',
  'source.packets',
  'tls.version',
  'url.domain.kind',
  'url.extension',
  'url.query.parameters',
  'user_agent.name',
  'user_agent.os.name',
  'user_agent.presence',
]);

export function isSurprisingField(field: string): boolean {
  return FIELDS.has(field);
}
