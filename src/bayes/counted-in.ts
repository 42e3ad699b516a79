/** What weights of tokens are made of, as settled counts hold it. */
import { BAD_EPISODES, GOOD_EPISODES } from './content-hash.ts';
import type { ClassCounts } from './log-odds.ts';
import type { SettledCounts } from './settled-counts.ts';
import type { SettledField } from './settled-field.ts';
import type { Counted } from './token-log-odds.ts';

const NOTHING: ClassCounts = { bad: 0, good: 0 };

/**
 * Decayed episodes of all tokens, for many questions one after the other: a field is looked up once, so the counts must stay
 * as they are meanwhile.
 */
export function countedIn(settled: SettledCounts): Counted {
  const places = new Map<string, { field: SettledField | undefined; presence: ClassCounts }>();
  const placeOf = (name: string) => {
    let place = places.get(name);
    if (place === undefined) {
      const field = settled.settledField(name);
      place = { field, presence: classesOf(field, field?.findRow('') ?? -1) };
      places.set(name, place);
    }
    return place;
  };
  return {
    presenceOf: name => placeOf(name).presence,
    countsOf: (name, token) => {
      const { field } = placeOf(name);
      return classesOf(field, field?.findRow(token) ?? -1);
    },
  };
}

/** C⁺, C⁻ of a row; zeros where there is none. */
export function classesOf(field: SettledField | undefined, row: number): ClassCounts {
  if (field === undefined || row < 0) return NOTHING;
  return { bad: field.decayedUnit(row, BAD_EPISODES), good: field.decayedUnit(row, GOOD_EPISODES) };
}
