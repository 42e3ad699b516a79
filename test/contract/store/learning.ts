/** The documents of learning: inserted once, read in order. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { LedgerEntry, Manifest, Plan, Segment } from '../../../src/domain/ledger.ts';
import { DOCUMENT_BYTES_MAX, LATE_RECORDS_MAX, PART_RECORDS_MAX } from '../../../src/domain/limits.ts';
import type { Store } from '../../../src/store/port.ts';
import type { Cases } from '../store.contract.ts';
import { HOSTILE_TEXTS, HOUR_MS, identityOf, OTHER_SITE, SITE, SLICE, textOfRefs } from './builders.ts';

export const learningCases: Cases = {
  'entries of every type come back in ascending number': async ({ store }) => {
    const entries = entriesOfEveryType();
    for (const entry of [...entries].reverse()) expect(await store.putEntry(SITE, entry)).toBe('inserted');
    expect(await store.listEntries(SITE, 0, 100)).toEqual(entries);
    expect(await store.listEntries(SITE, 2, 2)).toEqual(entries.slice(2, 4));
    expect(await store.listEntries(SITE, entries.length, 100)).toEqual([]);
    expect(await store.lastEntryNumber(SITE)).toBe(entries.length);
  },

  'a site without entries has 0 as its last number, and ledgers never cross sites': async ({ store }) => {
    expect(await store.lastEntryNumber(SITE)).toBe(0);
    await store.putEntry(SITE, baseline(1));
    expect(await store.lastEntryNumber(OTHER_SITE)).toBe(0);
    expect(await store.listEntries(OTHER_SITE, 0, 10)).toEqual([]);
    expect(await store.putEntry(OTHER_SITE, baseline(1))).toBe('inserted');
  },

  'of racing appends under one number exactly one wins, and every reader sees that one': async ({
    store,
    other,
  }) => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? store : other).putEntry(SITE, { ...baseline(1), id: `e${index}` }),
      ),
    );
    expect(outcomes.filter(outcome => outcome === 'inserted')).toHaveLength(1);
    const winner = await store.listEntries(SITE, 0, 10);
    expect(winner.map(({ id }) => id)).toEqual([`e${outcomes.indexOf('inserted')}`]);
    expect(await other.listEntries(SITE, 0, 10)).toEqual(winner);
  },

  'appending by reading the last number and inserting the next leaves no gap': async ({ store, other }) => {
    const append = async (handle: Store, id: string): Promise<void> => {
      const number = (await handle.lastEntryNumber(SITE)) + 1;
      if ((await handle.putEntry(SITE, { ...baseline(number), id })) === 'already-there')
        await append(handle, id);
    };
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => append(index % 2 ? store : other, `e${index}`)),
    );
    const entries = await store.listEntries(SITE, 0, 100);
    expect(entries.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(new Set(entries.map(({ id }) => id)).size).toBe(12);
  },

  'a late entry of the largest size comes back': async ({ store }) => {
    const records = refs(LATE_RECORDS_MAX);
    const late: LedgerEntry = { type: 'late', number: 1, id: 'late', appendedAtMs: 1, records };
    await store.putEntry(SITE, late);
    const [found] = await store.listEntries(SITE, 0, 1);
    expect(found?.type === 'late' && textOfRefs(found.records)).toBe(textOfRefs(records));
  },

  'a plan is inserted once; the first stays': async ({ store, other }) => {
    const plan: Plan = {
      entry: 3,
      slices: [
        { slice: -64, parts: 1 },
        { slice: SLICE, parts: 7 },
      ],
    };
    expect(await store.findPlan(SITE, 3)).toBeNull();
    expect(await store.putPlan(SITE, plan)).toBe('inserted');
    expect(await other.putPlan(SITE, { entry: 3, slices: [] })).toBe('already-there');
    expect(await other.findPlan(SITE, 3)).toEqual(plan);
    expect(await store.findPlan(OTHER_SITE, 3)).toBeNull();
    const empty: Plan = { entry: 4, slices: [] };
    await store.putPlan(SITE, empty);
    expect(await store.findPlan(SITE, 4)).toEqual(empty);
  },

  'a manifest is inserted once under slice, entry and part; the first stays': async ({ store, other }) => {
    const first = manifest(5, 2, 3);
    expect(await store.putManifest(SITE, first)).toBe('inserted');
    expect(await other.putManifest(SITE, { ...first, rows: [] })).toBe('already-there');
    expect(await store.putManifest(SITE, { ...first, part: 3, rows: [] })).toBe('inserted');
    expect(await other.findManifest(SITE, first)).toEqual(first);
    expect(await store.findManifest(SITE, { ...first, part: 3 })).toEqual({ ...first, part: 3, rows: [] });
    expect(await store.findManifest(SITE, { ...first, part: 4 })).toBeNull();
    expect(await store.findManifest(OTHER_SITE, first)).toBeNull();
  },

  'listManifests tells those of one slice between two entries, by entry and part': async ({ store }) => {
    const wanted = [manifest(3, 0, 1), manifest(3, 1, 2), manifest(7, 0, 0)];
    const others = [manifest(2, 0, 1), manifest(9, 0, 1), { ...manifest(5, 0, 1), slice: SLICE + 1 }];
    for (const each of [...wanted, ...others].reverse()) await store.putManifest(SITE, each);
    const query = { slice: SLICE, afterEntry: 2, beforeEntry: 9 };
    expect(await store.listManifests(SITE, query)).toEqual(wanted);
    expect(await store.listManifests(OTHER_SITE, query)).toEqual([]);
  },

  'a manifest of a full part comes back': async ({ store }) => {
    const full = manifest(1, 0, PART_RECORDS_MAX);
    await store.putManifest(SITE, full);
    const found = await store.findManifest(SITE, full);
    expect(textOfRows(found)).toBe(textOfRows(full));
  },

  'a segment is inserted once under entry, slice, part and chunk; the first stays': async ({
    store,
    other,
  }) => {
    const first = segment(1, SLICE, 0, 0);
    expect(await store.putSegment(SITE, first)).toBe('inserted');
    expect(await other.putSegment(SITE, { ...first, sum: 'f'.repeat(32), counts: new Uint8Array(9) })).toBe(
      'already-there',
    );
    expect(await store.putSegment(SITE, { ...first, chunk: 1 })).toBe('inserted');
    expect(await other.listSegments(SITE, { untilEntry: 1, limit: 9 })).toEqual([
      first,
      { ...first, chunk: 1 },
    ]);
    expect(await store.listSegments(OTHER_SITE, { untilEntry: 1, limit: 9 })).toEqual([]);
  },

  'segments are followed in pages by entry, slice, part and chunk': async ({ store }) => {
    const all = [1, 2, 3].flatMap(entry =>
      [-5, 7].flatMap(slice =>
        [0, 1].flatMap(part => [0, 1].map(chunk => segment(entry, slice, part, chunk))),
      ),
    );
    for (const each of [...all].reverse()) await store.putSegment(SITE, each);
    const seen: Segment[] = [];
    for (let page: Segment[] = [], first = true; first || page.length > 0; first = false) {
      page = await store.listSegments(SITE, { after: seen.at(-1), untilEntry: 2, limit: 5 });
      seen.push(...page);
    }
    expect(seen).toEqual(all.filter(({ entry }) => entry <= 2));
    const keys = await store.listSegmentKeys(SITE, 3);
    expect(keys).toEqual(all.filter(({ entry }) => entry === 3).map(({ counts: _, ...key }) => key));
    expect(await store.listSegmentKeys(OTHER_SITE, 3)).toEqual([]);
  },

  'deleted segments are gone, those beside them stay, and one may be inserted anew': async ({
    store,
    other,
  }) => {
    const all = [1, 2].flatMap(entry => [0, 1].map(chunk => segment(entry, SLICE, 0, chunk)));
    for (const each of all) {
      await store.putSegment(SITE, each);
      await store.putSegment(OTHER_SITE, each);
    }
    const gone = [segment(1, SLICE, 0, 1), segment(2, SLICE, 0, 0), segment(9, SLICE, 0, 0)];
    await store.deleteSegments(SITE, gone);
    await store.deleteSegments(SITE, gone);
    await store.deleteSegments(SITE, []);
    expect(await other.listSegments(SITE, { untilEntry: 9, limit: 9 })).toEqual([all[0], all[3]]);
    expect(await other.listSegments(OTHER_SITE, { untilEntry: 9, limit: 9 })).toEqual(all);
    expect(await store.putSegment(SITE, segment(1, SLICE, 0, 1))).toBe('inserted');
  },

  'the counts of a segment of the largest size come back byte by byte': async ({ store }) => {
    const counts = new Uint8Array(DOCUMENT_BYTES_MAX - 4_096).map(
      (_, index) => (index * 31 + (index >> 8)) & 0xff,
    );
    await store.putSegment(SITE, { ...segment(1, SLICE, 0, 0), counts });
    const [found] = await store.listSegments(SITE, { untilEntry: 1, limit: 1 });
    expect(digest(found?.counts)).toBe(digest(counts));
    expect(found?.counts.length).toBe(counts.length);
  },

  'an entry is done once, and done entries come in ascending number': async ({ store, other }) => {
    const done = [1, 2, 3].map(entry => ({ entry, sum: sumOf(entry), doneAtMs: HOUR_MS + entry }));
    for (const each of done) expect(await store.putDone(SITE, each)).toBe('inserted');
    expect(await other.putDone(SITE, { entry: 2, sum: sumOf(9), doneAtMs: 0 })).toBe('already-there');
    expect(await other.listDone(SITE, 0, 10)).toEqual(done);
    expect(await store.listDone(SITE, 1, 1)).toEqual([done[1]]);
    expect(await store.listDone(OTHER_SITE, 0, 10)).toEqual([]);
  },
};

function baseline(number: number): LedgerEntry {
  return {
    type: 'baseline',
    number,
    id: `baseline-${number}`,
    appendedAtMs: HOUR_MS,
    horizonMs: HOUR_MS - 0.5,
  };
}

function entriesOfEveryType(): LedgerEntry[] {
  const common = (number: number) => ({ number, id: `e${number}`, appendedAtMs: HOUR_MS + number });
  const hostile = HOSTILE_TEXTS.slice(0, 13).join('|');
  return [
    {
      ...common(1),
      type: 'mark',
      by: 'key-1',
      mark: {
        label: 'bad',
        scope: {
          type: 'time',
          fromMs: 1,
          toMs: 2.5,
          where: { host: hostile, domain: '*.example.org', kind: 'dns' },
        },
        threat: { name: hostile, technique: 'T1071.004' },
        note: hostile,
      },
    },
    { ...common(2), type: 'mark', mark: { label: 'good', scope: { type: 'list', name: hostile } } },
    { ...common(3), type: 'retract', markId: 'e1', by: hostile },
    {
      ...common(4),
      type: 'judge',
      note: hostile,
      judgements: [
        { record: { slice: SLICE, identity: identityOf(1) }, label: 'bad' },
        { record: { slice: -3, identity: identityOf(2) }, label: null },
      ],
    },
    { ...baseline(5) },
    { ...common(6), type: 'late', records: refs(5) },
    { ...common(7), type: 'late', records: [] },
    { ...common(8), type: 'seal', slices: [-3, SLICE] },
    { ...common(9), type: 'tokenizer', version: 2 },
    {
      ...common(10),
      type: 'import',
      imported: { trust: 0.0625, tokenizer: 1, tokens: 9, parts: 2, sum: '0f'.repeat(16), note: hostile },
    },
    { ...common(11), type: 'activate', version: 7, by: hostile },
    { ...common(12), type: 'activate' },
  ];
}

function refs(length: number) {
  return Array.from({ length }, (_, index) => ({
    slice: index % 3 === 0 ? -1 - (index % 64) : SLICE + (index % 100),
    identity: identityOf(index % 4_096),
  }));
}

function manifest(entry: number, part: number, rows: number): Manifest {
  const classes = ['bad', 'good', 'none'] as const;
  return {
    entry,
    slice: SLICE,
    part,
    rows: Array.from({ length: rows }, (_, index) => ({
      identity: identityOf(index % 4_096),
      episode: identityOf((index + 1) % 4_096).slice(0, 16),
      class: classes[index % 3] ?? 'none',
      decidedBy: index % 3 === 0 ? entry : 0,
    })),
  };
}

/** The rows as one text, so that tens of thousands compare at once. */
function textOfRows(given: Manifest | null): string | undefined {
  return given?.rows
    .map(({ identity, episode, class: recordClass, decidedBy }) =>
      [identity, episode, recordClass, decidedBy].join(),
    )
    .join(' ');
}

function segment(entry: number, slice: number, part: number, chunk: number): Segment {
  const counts = Uint8Array.from([entry, slice & 0xff, part, chunk, 0, 255]);
  return { entry, slice, part, chunk, chunks: 2, sum: sumOf(entry), counts };
}

function sumOf(seed: number): string {
  return identityOf(seed);
}

function digest(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? new Uint8Array())
    .digest('hex');
}
