/** Frames of RFC 6587: what is a message, what breaks a stream, and that no cut into chunks makes a difference. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, FrameReader, withoutLineEnd } from '../../src/syslog/framing.ts';

const LIMIT = 64;
const bytes = (text: string) => Buffer.from(text, 'latin1');
const text = (frame: Frame | 'cut' | null) =>
  frame !== null && typeof frame === 'object' && 'bytes' in frame
    ? Buffer.from(frame.bytes).toString('latin1')
    : frame;

/** All that a stream holds, given in chunks. */
function read(chunks: readonly Uint8Array[], limit = LIMIT) {
  const reader = new FrameReader(limit);
  const frames = chunks.flatMap(chunk => reader.push(chunk)).map(text);
  const rest = text(reader.end());
  return { frames: rest === null ? frames : [...frames, rest], broken: reader.broken };
}

const framesOf = (stream: string) => read([bytes(stream)]).frames;
const breachOf = (stream: string) => read([bytes(stream)]).broken;
const LONG = { tooLong: true };

describe('frames', () => {
  it.each([
    ['counted', '5 <1>ab9 <2>c\nd e\n', ['<1>ab', '<2>c\nd e']],
    ['counted, with a line end between them', '5 <1>ab\r\n5 <2>cd\n', ['<1>ab', '<2>cd']],
    ['lines', '<1>ab\n<2>cd\n', ['<1>ab', '<2>cd']],
    ['lines that end in CR LF', '<1>ab\r\n<2>cd\r\n', ['<1>ab', '<2>cd']],
    ['lines that end in NUL', '<1>ab\0<2>cd\0', ['<1>ab', '<2>cd']],
    ['lines that end in NUL and hold LF', '<1>ab\0<2>c\nd\0', ['<1>ab', '<2>c\nd']],
    ['both, message by message', '<1>ab\n5 <2>cd<3>ef\n5 <4>gh', ['<1>ab', '<2>cd', '<3>ef', '<4>gh']],
    ['a last line without its end', '<1>ab\n<2>cd', ['<1>ab', '<2>cd']],
    ['a counted one that is cut', '<1>ab\n9 <2>cd', ['<1>ab', 'cut']],
    ['lines without a priority', '{"a":1}\nCEF:0|\n\tat x\n\xe9\n', ['{"a":1}', 'CEF:0|', '\tat x', '\xe9']],
    [
      'lines that begin with digits',
      '10.0.0.7 - -\n2026-01-14T12:00:00Z x\n23 Nov x\n1768392001.5\tC1\n7',
      ['10.0.0.7 - -', '2026-01-14T12:00:00Z x', '23 Nov x', '1768392001.5\tC1', '7'],
    ],
    ['blank lines, which are none', '\n\r\n\0\n<1>ab\n\n', ['<1>ab']],
    ['a NUL in a line that LF ends', '<1>ab\n<2>c\0<3>d\n', ['<1>ab', '<2>c\0<3>d']],
    ['one of the limit', `64 <1>${'a'.repeat(61)}<2>x\n`, [`<1>${'a'.repeat(61)}`, '<2>x']],
    ['a counted one beyond the limit', `65 <1>${'a'.repeat(62)}<2>x\n`, [LONG, '<2>x']],
    ['a line beyond the limit', `<1>${'a'.repeat(62)}\n<2>x\n`, [LONG, '<2>x']],
    ['nothing', '', []],
  ])('are told: %s', (_what, stream, frames) => {
    expect(framesOf(stream)).toEqual(frames);
    expect(breachOf(stream)).toBeNull();
  });

  it.each([
    ['TLS on the wrong port', '\x16\x03\x01\x02\x00', []],
    ['a control character', '<1>ab\n\x01\n', ['<1>ab']],
    ['a count of nothing', '0 <1>ab\n', []],
    ['a huge count', '99999999999 <1>ab\n', []],
    ['more digits than any count has', `${'9'.repeat(19)} <1>ab\n`, []],
    ['a count of characters instead of bytes', '6 <1>\xc3\xa9\xc3\xa97 <1>abcd', ['<1>\xc3\xa9\xc3']],
    ['a line without priority behind a counted message', '5 <1>ab23 Nov x\n', ['<1>ab']],
    ['a line beyond the limit where NUL ended the first', `<1>ab\0<2>${'c\n'.repeat(40)}`, ['<1>ab']],
  ])('are not told any more after %s', (_what, stream, frames) => {
    expect(breachOf(stream)).not.toBeNull();
    expect(framesOf(`${stream}\n<9>never\n`)).toEqual(frames);
  });

  it('end where a line has no end, and take no more memory for it than for a message', () => {
    const reader = new FrameReader(LIMIT);
    const chunk = Buffer.alloc(65_536, 'a');
    let pushed = 0;
    while (reader.broken === null && pushed < 2 ** 25) {
      expect(reader.push(chunk)).toEqual([]);
      pushed += chunk.length;
    }
    expect(reader.broken).toBe('a line has no end');
    expect(pushed).toBeLessThan(10_100_000);
  });

  it('that have begun show', () => {
    const reader = new FrameReader(LIMIT);
    const shown = ['<1>ab\n', '<', '2>\n', '1', '0 ', '<3>1234567', '\n'].map(part => {
      reader.push(bytes(part));
      return reader.isInFrame;
    });
    expect(shown).toEqual([false, true, false, true, true, false, false]);
  });
});

describe('a cut into chunks', () => {
  /** Streams that are all but right, of parts that mean something to framing. */
  const part = fc.oneof(
    fc.constantFrom('<1>ab\n', '<2>c\0', '5 <3>de', '0 <', '9 ', '23 Nov\n', '\r\n', '\0', '\x01', ' ', '<'),
    fc.constantFrom('65 <', '9999999 <', '10000000 <', '12345678901234567890123 <'),
    fc.stringMatching(/^[\da-c<\n\0 ]{0,80}$/),
  );
  const streams = fc.array(part, { maxLength: 24 }).map(parts => bytes(parts.join('')));

  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });

  it('makes no difference', () => {
    fc.assert(
      fc.property(streams, cuts, (stream, at) => {
        const inside = at.map(cut => cut % (stream.length + 1)).sort((a, b) => a - b);
        const ends = [...inside, stream.length];
        const chunks = ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
        expect(read(chunks)).toEqual(read([stream]));
      }),
      { numRuns: 500 },
    );
  });

  it('makes none after every byte', () => {
    fc.assert(
      fc.property(streams, stream => {
        expect(read([...stream].map(byte => Buffer.from([byte])))).toEqual(read([stream]));
      }),
      { numRuns: 300 },
    );
  });
});

describe('what was framed', () => {
  it('comes back counted, whatever it holds, but for the line ends behind it', () => {
    const contents = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 12 });
    fc.assert(
      fc.property(contents, messages => {
        const sent = messages.map(message => Buffer.concat([bytes('<1>'), message]));
        const stream = Buffer.concat(sent.flatMap(message => [bytes(`${message.length} `), message]));
        const { frames, broken } = read([stream.subarray(0, 7), stream.subarray(7)]);
        expect(frames).toEqual(sent.map(message => Buffer.from(withoutLineEnd(message)).toString('latin1')));
        expect(broken).toBeNull();
      }),
    );
  });

  it('comes back as lines', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -~]{0,60}$/), { maxLength: 12 }), lines => {
        const sent = lines.map(line => `<1>${line}`);
        expect(framesOf(sent.map(line => `${line}\n`).join(''))).toEqual(sent);
      }),
    );
  });
});
