/** What the store asks of a server's indexes, asked of whatever server tests run on: as a look at each document tells. */
import { type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropDatabase, scratchName } from '../store/mongo/scratch.ts';
import { findServer } from './servers.ts';

const url = (await findServer('MongoDB')) ?? '';
const database = scratchName();

type Value = number | string | null;
interface Item extends Document {
  _id: string;
  site: string;
  /** Of each type that is compared with its own; absent in some. */
  at?: Value;
}

const VALUES: readonly (Value | undefined)[] = [undefined, null, -1, 0, 0.5, 1, 2 ** 40, 'a', 'b'];
const ITEMS: readonly Item[] = ['x', 'y'].flatMap(site =>
  VALUES.flatMap((at, index) =>
    ['1', '2', '3'].map(each => ({
      _id: `${site}/${each}${index}`,
      site,
      ...(at === undefined ? {} : { at }),
    })),
  ),
);

type Field = '_id' | 'at';
type Operator = '$eq' | '$gt' | '$gte' | '$lt' | '$lte';
type Condition = readonly [Field, Operator, Value];

/** Types in the order of BSON; what is absent is null. */
const rankOf = (value: Value) => [null, 'number', 'string'].indexOf(value === null ? null : typeof value);
function compare(a: Value, b: Value): number {
  if (rankOf(a) !== rankOf(b) || a === null || b === null) return rankOf(a) - rankOf(b);
  return a < b ? -1 : Number(a > b);
}
const valueIn = (item: Item, field: Field): Value => item[field] ?? null;

function holds(item: Item, [field, operator, bound]: Condition): boolean {
  const value = valueIn(item, field);
  if (rankOf(value) !== rankOf(bound)) return false;
  const order = compare(value, bound);
  return { $eq: order === 0, $gt: order > 0, $gte: order >= 0, $lt: order < 0, $lte: order <= 0 }[operator];
}

const BOUNDS: Readonly<Record<Field, readonly Value[]>> = {
  at: [-1, 0.5, 2 ** 41, 'a', 'z'],
  _id: ['x/15', 'x/3', 'y/24'],
};
const single = (field: Field): Condition[] =>
  BOUNDS[field].flatMap(bound =>
    (['$eq', '$gt', '$gte', '$lt', '$lte'] as const).map(op => [field, op, bound] as const),
  );
const pairs = (field: Field): Condition[][] =>
  single(field).flatMap(low => single(field).map(high => (low[1] === high[1] ? [low] : [low, high])));
const ASKED: readonly (readonly Condition[])[] = [
  [],
  [['at', '$eq', null]],
  ...pairs('at'),
  ...pairs('_id'),
  ...single('at').flatMap(at => single('_id').map(id => [at, id])),
];

/** Its conditions as one document, where each field's are together, or each by itself. */
function together(conditions: readonly Condition[]): Document {
  const filter: Record<string, Document> = {};
  for (const [field, operator, bound] of conditions) filter[field] = { ...filter[field], [operator]: bound };
  return filter;
}
const apart = (conditions: readonly Condition[]) => ({
  $and: [{}, ...conditions.map(one => together([one]))],
});

describe.skipIf(url === '')('the server answers as a look at each document does', () => {
  const client = new MongoClient(url);
  const items = client.db(database).collection<Item>('items');

  beforeAll(async () => {
    await items.createIndex({ site: 1, at: 1, _id: 1 }, { name: 'by_at' });
    await items.createIndex({ at: 1 }, { name: 'of_all' });
    await items.insertMany([...ITEMS, { _id: 'x/gone', site: 'x', at: 1 }].toReversed());
    await items.deleteOne({ _id: 'x/gone' });
  });
  afterAll(async () => {
    await client.close();
    await dropDatabase(url, database);
  });

  const idsOf = (found: readonly Pick<Item, '_id'>[]) => found.map(({ _id }) => _id);
  const sorted = (some: readonly Item[], field: Field, direction: 1 | -1) =>
    some.toSorted(
      (a, b) => direction * (compare(valueIn(a, field), valueIn(b, field)) || compare(a._id, b._id)),
    );

  it.each([1, -1] as const)(
    'what is between bounds, of a site and of all, in order (%i)',
    async direction => {
      for (const [index, conditions] of ASKED.entries()) {
        const field = index % 2 === 0 ? 'at' : '_id';
        const ofSite = index % 3 > 0;
        const matching = ITEMS.filter(
          item => (!ofSite || item.site === 'x') && conditions.every(condition => holds(item, condition)),
        );
        const limit = 1 + (index % 7);
        const filter = {
          ...(ofSite ? { site: { $eq: 'x' } } : {}),
          ...(index % 5 === 0 ? apart(conditions) : together(conditions)),
        };
        const found = items
          .find(filter)
          .sort({ [field]: direction, _id: direction })
          .limit(limit);
        const expected = sorted(matching, field, direction).slice(0, limit);
        expect(idsOf(await found.toArray()), JSON.stringify(filter)).toEqual(idsOf(expected));
        expect(await items.countDocuments(filter), JSON.stringify(filter)).toBe(matching.length);
      }
    },
  );

  it('what is one of many', async () => {
    const named = ['y/11', 'x/38', 'x/gone', 'x/11'];
    const found = await items
      .find({ _id: { $in: named } })
      .sort({ _id: -1 })
      .toArray();
    expect(idsOf(found)).toEqual(['y/11', 'x/38', 'x/11']);
    const values = [null, 'b', 0.5];
    const matching = ITEMS.filter(item => item.site === 'y' && values.includes(valueIn(item, 'at')));
    const filter = { site: { $eq: 'y' }, at: { $in: values } };
    expect(idsOf(await items.find(filter).sort({ at: 1, _id: 1 }).toArray())).toEqual(
      idsOf(sorted(matching, 'at', 1)),
    );
    const both = { $and: [{ _id: { $in: named } }], _id: { $gt: 'x/2', $lt: 'y/' } };
    expect(idsOf(await items.find(both).toArray())).toEqual(['x/38']);
    expect(new Set(await items.distinct('at', filter))).toEqual(new Set(values));
  });

  it('what an aggregation matches, sorts and limits first', async () => {
    const stages = [{ $match: { _id: { $gte: 'x/2' } } }, { $sort: { _id: 1 } }, { $limit: 2 }];
    const found = await items.aggregate<Item>([...stages, { $project: { _id: 1 } }]).toArray();
    expect(found).toEqual([{ _id: 'x/20' }, { _id: 'x/21' }]);
    const newest = await items
      .aggregate([
        { $match: { site: { $eq: 'x' }, at: { $lte: 1 } } },
        { $sort: { at: -1, _id: -1 } },
        { $group: { _id: '$site', newest: { $first: '$_id' }, items: { $sum: 1 } } },
      ])
      .toArray();
    expect(newest).toEqual([{ _id: 'x', newest: 'x/35', items: 12 }]);
  });
});
