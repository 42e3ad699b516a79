/** What looks like an address: checked by characters and length, in one pass. What it means is for whoever uses it. */

/** An IPv6 address in text, with an IPv4 tail, is at most 45 characters; a zone (`%eth0`) may follow. */
const IPV6_CHARACTERS_MAX = 45;
const ZONE_CHARACTERS_MAX = 16;

/** @example isAddress('192.0.2.1'), isAddress('fe80::1%eth0') // true; isAddress('256.0.0.1'), isAddress('abc') // false */
export function isAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function isIpv4(text: string): boolean {
  if (text.length < 7 || text.length > 15) return false;
  let dots = 0;
  let digits = 0;
  let octet = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2e) {
      if (digits === 0) return false;
      dots += 1;
      digits = 0;
      octet = 0;
    } else {
      if (code < 0x30 || code > 0x39) return false;
      digits += 1;
      octet = octet * 10 + code - 0x30;
      if (digits > 3 || octet > 255) return false;
    }
  }
  return dots === 3 && digits > 0;
}

function isIpv6(text: string): boolean {
  const zone = text.indexOf('%');
  const end = zone === -1 ? text.length : zone;
  if (end < 2 || end > IPV6_CHARACTERS_MAX || text.length - end > ZONE_CHARACTERS_MAX + 1) return false;
  let colons = 0;
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x3a) colons += 1;
    else if (!isHexDigit(code) && code !== 0x2e) return false;
  }
  if (colons < 2 || colons > 8) return false;
  for (let at = end + 1; at < text.length; at++) if (!isZoneCharacter(text.charCodeAt(at))) return false;
  return zone === -1 || zone < text.length - 1;
}

function isHexDigit(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

function isZoneCharacter(code: number): boolean {
  const lower = code | 0x20;
  const letter = lower >= 0x61 && lower <= 0x7a;
  return letter || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x5f;
}
