import { InProcessBus } from '../../src/bus/in-process.ts';
import { busContract } from '../contract/bus.contract.ts';

busContract({ name: 'in process', open: async () => new InProcessBus(), delivered: async () => {} });
