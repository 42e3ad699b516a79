/** What every adapter of src/bus/port.ts promises, one case a promise. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bus, BusEvent, Learnt } from '../../src/bus/port.ts';

export interface BusUnderTest {
  name: string;
  open(): Promise<Bus>;
  /** Resolves once everything published so far has reached whoever listens. */
  delivered(bus: Bus): Promise<void>;
}

const learnt = (entry: number): Learnt => ({ type: 'learnt', site: 'default', entry });

export function busContract({ name, open, delivered }: BusUnderTest): void {
  describe(`bus: ${name}`, () => {
    let bus: Bus;
    beforeEach(async () => {
      bus = await open();
    });
    afterEach(() => bus.close());

    it('brings every event to every listener, in order', async () => {
      const heard: [string, number][] = [];
      for (const listener of ['one', 'two']) {
        bus.subscribe(event => event.type === 'learnt' && heard.push([listener, event.entry]));
      }
      await bus.publish(learnt(1));
      await bus.publish(learnt(2));
      await delivered(bus);
      expect(heard.filter(([listener]) => listener === 'one')).toEqual([
        ['one', 1],
        ['one', 2],
      ]);
      expect(heard.filter(([listener]) => listener === 'two')).toEqual([
        ['two', 1],
        ['two', 2],
      ]);
    });

    it('brings what was set as it brings what was learnt', async () => {
      const heard: BusEvent[] = [];
      bus.subscribe(event => heard.push(event));
      const news = { type: 'policy', site: 'default', number: 3 } as const;
      await bus.publish(news);
      await bus.publish(learnt(1));
      await delivered(bus);
      expect(heard).toEqual([news, learnt(1)]);
    });

    it('tells nothing of before the subscription, and nothing after its end', async () => {
      const heard: BusEvent[] = [];
      await bus.publish(learnt(1));
      await delivered(bus);
      const end = bus.subscribe(event => heard.push(event));
      await bus.publish(learnt(2));
      await delivered(bus);
      end();
      await bus.publish(learnt(3));
      await delivered(bus);
      expect(heard).toEqual([learnt(2)]);
    });

    it('lets a listener end itself while it is called', async () => {
      const heard: BusEvent[] = [];
      const end = bus.subscribe(() => end());
      bus.subscribe(event => heard.push(event));
      await bus.publish(learnt(1));
      await delivered(bus);
      expect(heard).toEqual([learnt(1)]);
    });
  });
}
