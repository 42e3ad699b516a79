/** Undoes the escapes that log writers use for bytes: `\xHH` (Zeek, nginx, Apache), and C's (`\"`, `\\`, `\n` …). */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const C_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  f: '\f',
};

/**
 * The text that the escapes stand for. Runs of `\xHH` that are UTF-8 become its characters, others one character a byte
 * (Latin-1), so that nothing is lost. A backslash that begins no known escape stays.
 * @example unescapeText('caf\\xc3\\xa9') // 'café'; unescapeText('\\x16\\x03') // U+0016 U+0003
 */
export function unescapeText(text: string): string {
  let backslash = text.indexOf('\\');
  if (backslash === -1) return text;
  let result = '';
  let at = 0;
  while (backslash !== -1) {
    result += text.slice(at, backslash);
    const run = hexRun(text, backslash);
    if (run.length > 0) {
      result += textOfBytes(run);
      at = backslash + 4 * run.length;
    } else {
      const known = C_ESCAPES[text.charAt(backslash + 1)];
      result += known ?? '\\';
      at = backslash + (known === undefined ? 1 : 2);
    }
    backslash = text.indexOf('\\', at);
  }
  return result + text.slice(at);
}

/** The bytes of the `\xHH` that follow each other from `start`. */
function hexRun(text: string, start: number): number[] {
  const bytes: number[] = [];
  for (let at = start; text.charCodeAt(at) === 0x5c && text.charCodeAt(at + 1) === 0x78; at += 4) {
    const high = hexDigit(text.charCodeAt(at + 2));
    const low = hexDigit(text.charCodeAt(at + 3));
    if (high < 0 || low < 0) break;
    bytes.push(high * 16 + low);
  }
  return bytes;
}

function textOfBytes(bytes: readonly number[]): string {
  if (bytes.some(byte => byte > 0x7f)) {
    try {
      return decoder.decode(Uint8Array.from(bytes));
    } catch {
      // Not UTF-8: every byte is kept as the character of its number.
    }
  }
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** 0 to 15, −1 for what is no hexadecimal digit (NaN, past the end, too). */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
