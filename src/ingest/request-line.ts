/** The first line of an HTTP request as access logs keep it: `GET /index.html HTTP/1.1`. */

const METHOD_CHARACTERS_MAX = 32;

/**
 * Method and target, or null for what is no request line (`-`, TLS bytes sent to a plain port). HTTP/0.9 has no version;
 * spaces inside the target are the sender's fault and stay.
 * @example requestLineOf('GET /a b HTTP/1.1') // { method: 'GET', target: '/a b' }
 */
export function requestLineOf(line: string): { method: string; target: string } | null {
  const methodEnd = line.indexOf(' ');
  if (methodEnd < 1 || !isMethod(line, methodEnd)) return null;
  const targetEnd = line.lastIndexOf(' ');
  const versioned = targetEnd > methodEnd && line.startsWith('HTTP/', targetEnd + 1);
  const target = line.slice(methodEnd + 1, versioned ? targetEnd : line.length);
  return target === '' ? null : { method: line.slice(0, methodEnd), target };
}

/** Letters, `-` and `_`: every registered method, and those of WebDAV clients and scanners. */
function isMethod(line: string, end: number): boolean {
  if (end > METHOD_CHARACTERS_MAX) return false;
  for (let at = 0; at < end; at++) {
    const code = line.charCodeAt(at);
    const lower = code | 0x20;
    if (!(lower >= 0x61 && lower <= 0x7a) && code !== 0x2d && code !== 0x5f) return false;
  }
  return true;
}
