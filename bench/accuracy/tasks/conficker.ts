/**
 * The names that the worm Conficker.B asks for on a day. The popular domains (a resolver's most asked names of 2014) hold
 * 485 of the 500 of two days: machines that are infected made them popular, so they are no good names.
 */
const NAMES_OF_A_DAY = 250;
const SUFFIXES = ['cc', 'cn', 'ws', 'com', 'net', 'org', 'info', 'biz'] as const;
/** 100 ns from 1601-01-01, where Windows' FILETIME begins, to 1970-01-01. */
const FILETIME_OF_1970 = 116_444_736_000_000_000n;
const TICKS_OF_A_DAY = 864_000_000_000n;
const TICKS_OF_A_WEEK = 7n * TICKS_OF_A_DAY;

/**
 * Next state of the worm's generator: the bits of ((k·m + sin x)·x + c)·x + ln x as a double, where x is the state k as a
 * number and k·m is taken modulo 2⁶⁴.
 */
function nextState(state: bigint): bigint {
  const x = Number(state);
  const product = Number(BigInt.asUintN(64, state * 0x53125624n));
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, ((product + Math.sin(x)) * x + 0.626454564) * x + Math.log(x));
  return bits.getBigUint64(0);
}

/**
 * Names of one UTC day, in the worm's order.
 *
 * Source: Porras, Saïdi, Yegneswaran, "An Analysis of Conficker's Logic and Rendezvous Points", SRI 2009; constants as in
 * Leder and Werner, "Know Your Enemy: Containing Conficker", Honeynet Project 2009.
 * @param day days since 1970-01-01
 * @example confickerNames(14252)[24] // 'mphtfrxs.net', on the list that F-Secure published for 2009-01-08
 */
export function confickerNames(day: number): string[] {
  const ticks = FILETIME_OF_1970 + BigInt(day) * TICKS_OF_A_DAY;
  let state = BigInt.asUintN(64, ticks * 0x352c94565n) / TICKS_OF_A_WEEK + 0xa3596526n;
  const draw = (): number => {
    state = nextState(state);
    return Number(BigInt.asIntN(32, state));
  };
  return Array.from({ length: NAMES_OF_A_DAY }, () => {
    const length = 8 + (draw() % 4);
    const letters = Array.from({ length }, () => String.fromCharCode(97 + (Math.abs(draw()) % 26)));
    return `${letters.join('')}.${SUFFIXES[draw() & 7]}`;
  });
}
