/** What the document of a fit says: parameters of the model, and what is told beside them. */
import type { Contrast } from '../bayes/fit/placebos.ts';
import { FIT_VERSION, type SiteFit } from '../bayes/fit/site-fit.ts';
import { canonicalText } from '../bayes/model-id.ts';
import type { StoredFit } from '../domain/fit.ts';
import type { Store } from '../store/port.ts';

/** By name of the window: what was marked, as text. */
export type Contrasts = Readonly<Record<string, Contrast>>;

interface FitContent extends SiteFit {
  contrasts?: Contrasts;
}

/** Equal fits have equal texts. */
export function textOfFit(fit: SiteFit, contrasts: Contrasts): string {
  const content: FitContent = Object.keys(contrasts).length === 0 ? fit : { ...fit, contrasts };
  return canonicalText(content);
}

/** The text of a fit where there was nothing to fit. */
export const NOTHING_FITTED = textOfFit({}, {});

/**
 * Of which versions fits can be read, the best first: until a worker has fitted the site anew, a node goes by what the version
 * before fitted, rather than by nothing. One whose text means something else is taken out. Of version 3 nothing tells how
 * far calibrations are to be believed, so they are as they stand; of version 2 the unknown threat has no offset, which is one of 0.
 */
const READ_VERSIONS: readonly number[] = [FIT_VERSION, 3, 2];

/** The newest fit that this program can go by. */
export async function lastFitIn(
  store: Pick<Store, 'lastFit'>,
  site: string,
  versions: readonly number[] = READ_VERSIONS,
): Promise<StoredFit | null> {
  for (const version of versions) {
    const fit = await store.lastFit(site, version);
    if (fit !== null) return fit;
  }
  return null;
}

/** What was fitted; nothing where there is no document. @throws SyntaxError where it is damaged */
export function siteFitIn(stored: StoredFit | null): SiteFit {
  const { contrasts: _, ...fit } = contentIn(stored);
  return fit;
}

/** How windows stand out. @throws as above */
export function contrastsIn(stored: StoredFit | null): Contrasts {
  return contentIn(stored).contrasts ?? {};
}

function contentIn(stored: StoredFit | null): FitContent {
  return JSON.parse(stored?.content ?? NOTHING_FITTED) as FitContent;
}
