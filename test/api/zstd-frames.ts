/** Zstandard frames made by hand (RFC 8878), for Node 20 has no encoder: stored blocks, repeated bytes, and one real file. */

const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const BLOCK_BYTES = 100_000;
/** Exponent 11, mantissa 0: a window of 2 MiB. */
const WINDOW_DESCRIPTOR = 0x58;

function blockHeader(type: 'raw' | 'repeat', bytes: number, isLast: boolean): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((bytes << 3) | (type === 'repeat' ? 2 : 0) | Number(isLast), 0, 3);
  return header;
}

/** A frame whose blocks hold the bytes as they are. */
export function zstdStored(bytes: Buffer, { windowDescriptor = WINDOW_DESCRIPTOR } = {}): Buffer {
  const parts: Buffer[] = [MAGIC, Buffer.from([0, windowDescriptor])];
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    const block = bytes.subarray(start, start + BLOCK_BYTES);
    parts.push(blockHeader('raw', block.length, start + BLOCK_BYTES >= bytes.length), block);
  }
  return Buffer.concat(parts);
}

/** A frame of `blocks` blocks of one line feed each: four bytes of body for each move of the window. */
export function zstdShortBlocks(blocks: number, windowDescriptor: number): Buffer {
  const block = Buffer.concat([blockHeader('raw', 1, false), Buffer.from('\n')]);
  const last = Buffer.concat([blockHeader('raw', 1, true), Buffer.from('\n')]);
  const head = Buffer.concat([MAGIC, Buffer.from([0, windowDescriptor])]);
  return Buffer.concat([head, ...Array.from({ length: blocks - 1 }, () => block), last]);
}

/** A frame of `blocks` blocks that each say: one byte, 128 KiB of it. */
export function zstdRepeated(byte: number, blocks: number): Buffer {
  const parts: Buffer[] = [MAGIC, Buffer.from([0, WINDOW_DESCRIPTOR])];
  for (let block = 1; block <= blocks; block += 1) {
    parts.push(blockHeader('repeat', 131_072, block === blocks), Buffer.from([byte]));
  }
  return Buffer.concat(parts);
}

/**
 * 200 DNS records, `{"dns":{"question":{"name":"h0.example.org","type":"A"}},"source":{"ip":"10.0.0.0"}}` to h199, one a
 * line, as `zstd -19` (1.5) writes them: compressed blocks, a checksum.
 */
export const ZSTD_LINES = Buffer.from(
  [
    'KLUv/QRoTRYAFnp3HFBtSXMmkADHfDBRQ5CZ0YxbLy0t2VuQsKuqqGqPAGsAXwCXZVh1RVZTNZVM3WVSNYiSBukjMboiI6ohmkbo',
    'MZJzOHZTNlQzNM/IczI2rpzwubelPtrmepKnMu6kdLzKWceqF1VoOnMfwMODqCwSRAMC4ZAgFAgweMDQQAR4eBACRIJQaIjgQAQQ',
    'BhgwVCFBg4IBEBQqB0SCUFAwYEE4JIgFBgQOGig8WCAcEkSDhQLCIT1ZavK1ZCvJNTIti3zHkOa44rDeqNqg1pjSuDOkj6sM68hq',
    'JhVzenktpZVXSutk9aRKTgfeRCni9dBqWC2kEk4H7ygVvI6z5lXxqHdTu1snpbvOWb+qHHXYNO2iSc+uZtayKhl1bLpdMRkVtnXs',
    '6jZV7Omob9ZSrK9XW62uVk2lejr1vZZKfR20Nekq0tSjp0bfoqVEX4e2TleFpo55mvPFWXrz1WZrzVWaqTNPn6/M0vHXfCt+9Z5q',
    'P62/9NL562+Vrw6ZmvIU5QNjPM3xxbH0xlcbW2tcpTF1xtPHV8bSkV8zt2JevZxq+bTyS7l08uu5VfLqwKmJTxG/h0sNvxZuJbw6',
    'OHV8KvgdtzTvK97Wu6t2U+ue0n3nln5f5bYOu5o2Fe2pfM2Wln2lgY6oEZCw3f6/AbFLqTCsARJIEPj/EwT0Bdu3BjRZ83n5lHw+',
    'n5fO5fPz8qn8fD6Xnsvn8+VT+fx8Lp2Xz+flp/L5/PyQuJipQ1p8HawqPZ/PZefy+Xz5VD4/n0vn5fN5+al8Pj+XzuXn8/JZ+Xw+',
    'L53L5+flU/n5fH7sCLnYB3+zkDg6zTgF33iFb/TGt75WtX7rSq/1Hb/wrd/oxm+9Vmt965Wu9TtuK89Pb49lL8+nb54Lb89PL8sn',
    'b88P7xZPb88Pa49nbx9Pa55P79gFpzBBKXrgtF99V3pk6NFFj5railFTlQmQVgGTBeon',
  ].join(''),
  'base64',
);
