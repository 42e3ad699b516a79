/** Calls through a port: what crosses, what errors become, and what happens when the other side goes away. */
import { MessageChannel, Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { AppError, publicDetailOf } from '../../src/domain/errors.ts';
import { remote, serve, serveTogether, withOwn } from '../../src/threads/rpc.ts';
import { failWithWorker } from '../../src/threads/worker-end.ts';

class Counter {
  #sum = 0;
  async add(...numbers: number[]): Promise<number> {
    for (const number of numbers) this.#sum += number;
    return this.#sum;
  }
  async firstByte(bytes: Uint8Array): Promise<Uint8Array> {
    return bytes.subarray(0, 1);
  }
  async refuse(): Promise<void> {
    const errors = [{ detail: 'too long', pointer: '#/name' }];
    throw new AppError('invalid-request', 'no', { errors, cause: new Error('inner') });
  }
  async break(): Promise<void> {
    throw new RangeError('a defect');
  }
  async throwText(): Promise<void> {
    throw 'just text';
  }
  async unclonable(): Promise<() => number> {
    return () => 1;
  }
  never(): Promise<void> {
    return new Promise(() => {});
  }
}

const UNAVAILABLE = expect.objectContaining({ name: 'AppError', code: 'store-unavailable' });

async function withCounter(work: (counter: Counter, close: () => void) => Promise<void>): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  serve<Counter>(new Counter(), port1);
  try {
    await work(remote<Counter>(port2).proxy, () => port1.close());
  } finally {
    port1.close();
  }
}

describe('rpc', () => {
  test('methods are called in order, each with its own answer', () =>
    withCounter(async counter => {
      const sums = await Promise.all([counter.add(1), counter.add(2, 3), counter.add()]);
      expect(sums).toEqual([1, 6, 6]);
    }));

  test('bytes are copied: what the caller does to them later changes nothing', () =>
    withCounter(async counter => {
      const bytes = Uint8Array.of(7, 8);
      const answer = counter.firstByte(bytes);
      bytes[0] = 9;
      expect(await answer).toEqual(Uint8Array.of(7));
      expect(bytes).toEqual(Uint8Array.of(9, 8));
    }));

  test('an AppError is one again, with its code, detail and errors', () =>
    withCounter(async counter => {
      const error = await counter.refuse().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({
        code: 'invalid-request',
        message: 'no',
        errors: [{ detail: 'too long', pointer: '#/name' }],
      });
    }));

  test('any other error keeps its name, message and stack', () =>
    withCounter(async counter => {
      const error = await counter.break().catch((thrown: unknown) => thrown);
      expect(error).not.toBeInstanceOf(AppError);
      expect(error).toMatchObject({ name: 'RangeError', message: 'a defect' });
      expect((error as Error).stack).toContain('rpc.test.ts');
      await expect(counter.throwText()).rejects.toThrow('just text');
    }));

  test('an answer or an argument that cannot be copied rejects that call alone', () =>
    withCounter(async counter => {
      await expect(counter.unclonable()).rejects.toThrow(/could not be cloned/);
      await expect(counter.add((() => 1) as unknown as number)).rejects.toThrow(/could not be cloned/);
      expect(await counter.add(1)).toBe(1);
    }));

  test('a method that is not there rejects', () =>
    withCounter(async counter => {
      const stranger = counter as unknown as { missing(): Promise<void> };
      await expect(stranger.missing()).rejects.toThrow('there is no method missing');
    }));

  test('awaiting the remote object itself does not call it', () =>
    withCounter(async counter => {
      expect(await (await Promise.resolve(counter)).add(2)).toBe(2);
    }));

  test('methods of this side go before those of the other', () =>
    withCounter(async counter => {
      const both = withOwn(counter, { add: async () => 'here', name: 'own' });
      expect(await both.add()).toBe('here');
      expect(both.name).toBe('own');
      await expect(both.refuse()).rejects.toMatchObject({ code: 'invalid-request' });
      expect(await Promise.resolve(both)).toBe(both);
    }));

  test('when the port closes, calls in flight and later ones reject', () =>
    withCounter(async (counter, close) => {
      const inFlight = counter.never();
      await counter.add(1);
      close();
      await expect(inFlight).rejects.toEqual(UNAVAILABLE);
      await expect(counter.add(1)).rejects.toEqual(UNAVAILABLE);
    }));

  test.each([
    ['exits', 'process.exit(1)', 'the thread has ended', undefined],
    ['throws', "throw new Error('a name: evil.example')", 'the thread has failed', 'a name: evil.example'],
  ])('when a worker %s, calls reject, and what it threw is for the log', async (_, code, reason, thrown) => {
    const source = `require('node:worker_threads').parentPort.on('message', () => { ${code} })`;
    const worker = new Worker(source, { eval: true });
    const counter = remote<Counter>(worker);
    failWithWorker(worker, [counter]);
    const inFlight = await counter.proxy.never().catch((error: unknown) => error);
    const later = await counter.proxy.add(1).catch((error: unknown) => error);
    for (const error of [inFlight, later]) {
      expect(error).toMatchObject({ name: 'AppError', code: 'store-unavailable' });
      expect(publicDetailOf(error)).toBe(reason);
      expect(((error as Error).cause as Error | undefined)?.message).toBe(thrown);
    }
  });
});

describe('calls that wait together', () => {
  /** A counter behind a port, and the groups that its calls came in. */
  async function withGroups(
    together: (calls: readonly (() => void)[]) => void,
    work: (counter: Counter, groups: number[]) => Promise<void>,
  ): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    const groups: number[] = [];
    serveTogether<Counter>(new Counter(), port1, {
      together: calls => {
        groups.push(calls.length);
        together(calls);
      },
      grouped: ['add', 'refuse'],
    });
    try {
      await work(remote<Counter>(port2).proxy, groups);
    } finally {
      port1.close();
    }
  }
  const inOrder = (calls: readonly (() => void)[]) => {
    for (const call of calls) call();
  };

  test('are begun in one group, in order, each with its own answer or error', () =>
    withGroups(inOrder, async (counter, groups) => {
      const outcomes = await Promise.allSettled([counter.add(1), counter.refuse(), counter.add(2)]);
      expect(outcomes.map(one => (one.status === 'fulfilled' ? one.value : one.reason.code))).toEqual([
        1,
        'invalid-request',
        3,
      ]);
      expect(groups).toEqual([3]);
    }));

  test('one by itself is no group, and a method that is in none waits for no group of it', () =>
    withGroups(inOrder, async (counter, groups) => {
      expect(await counter.add(1)).toBe(1);
      const [sum, , byte] = await Promise.all([
        counter.add(1),
        counter.add(1),
        counter.firstByte(Uint8Array.of(9)),
      ]);
      expect([sum, byte]).toEqual([2, Uint8Array.of(9)]);
      expect(groups).toEqual([2]);
    }));

  test('a group that is undone is answered by each call alone', () => {
    const undone = (calls: readonly (() => void)[]) => {
      calls[0]?.();
      throw new AppError('store-full', 'no room for all of it');
    };
    return withGroups(undone, async counter => {
      const outcomes = await Promise.allSettled([counter.add(5), counter.refuse(), counter.add(1)]);
      // The counter has no transactions: what the first one did stays, and is done again.
      expect(outcomes.map(one => (one.status === 'fulfilled' ? one.value : one.reason.code))).toEqual([
        10,
        'invalid-request',
        11,
      ]);
    });
  });

  test('however many wait, a group has an end', () =>
    withGroups(inOrder, async (counter, groups) => {
      await Promise.all(Array.from({ length: 100 }, () => counter.add(1)));
      expect(await counter.add()).toBe(100);
      expect(groups).toEqual([64, 36]);
    }));

  test('a group that takes long ends there, and nothing overtakes what it has left', async () => {
    const { port1, port2 } = new MessageChannel();
    const order: string[] = [];
    const groups: number[] = [];
    let passedMs = 0;
    const target = {
      write: async (name: string) => {
        passedMs += 60;
        order.push(name);
      },
      read: async (name: string) => void order.push(name),
    };
    serveTogether<typeof target>(target, port1, {
      together: calls => {
        groups.push(calls.length);
        inOrder(calls);
      },
      grouped: ['write'],
      nowMs: () => passedMs,
    });
    const { write, read } = remote<typeof target>(port2).proxy;
    try {
      await Promise.all([write('a'), read('early'), write('b'), write('c'), write('d'), read('late')]);
      expect(order).toEqual(['a', 'b', 'early', 'c', 'd', 'late']);
      expect(groups).toEqual([4, 2]);
    } finally {
      port1.close();
    }
  });
});
