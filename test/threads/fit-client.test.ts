/** Fits in threads of their own, beside a store in a folder. */
import { expect, it } from 'vitest';
import { lastFitIn } from '../../src/services/fit-content.ts';
import { fitBasis, fitBy } from '../../src/services/fitting/fitter.ts';
import { KNOWN_TOKENIZERS } from '../../src/tokenize/tokenizers.ts';
import { markTool, openMarkedSite, settle } from '../marked-site.ts';
import { inScratchFolder } from '../store/sqlite/scratch.ts';
import { CALLER, POLICY } from '../world.ts';

const { site } = CALLER;

it(
  'a thread fits what this one would, once',
  () =>
    inScratchFolder(async dataFolder => {
      const world = await openMarkedSite({ dataFolder });
      for (const tool of [0, 1]) await markTool(world, tool);
      await world.jobs.idle();
      const basis = await fitBasis(
        { store: world.store, tokenizers: KNOWN_TOKENIZERS, environment: POLICY, breathe: async () => {} },
        site,
      );
      await settle(world);
      const fit = await lastFitIn(world.store, site);
      // The thread may have been faster, and then there is nothing left to fit.
      if (basis !== null) expect(fit).toEqual(fitBy(basis));
      expect(fit?.content).toContain('"method":"platt"');
      expect((await world.services.getModel(site)).parameters.calibration?.method).toBe('platt');
      await world.close();
    }),
  120_000,
);

it(
  'closing waits for no fit, and leaves none behind',
  () =>
    inScratchFolder(async dataFolder => {
      const world = await openMarkedSite({ dataFolder });
      for (const tool of [0, 1, 2, 3, 4]) await markTool(world, tool);
      await world.jobs.idle();
      await world.close();
      const again = await openMarkedSite({ dataFolder });
      again.jobs.wake(site);
      await settle(again);
      const { fittedEntry, entry } = await again.services.getModel(site);
      expect(fittedEntry).toBe(entry);
      await again.close();
    }),
  120_000,
);
