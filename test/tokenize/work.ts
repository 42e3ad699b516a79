/** Counts what a function does to text, so that a test of its cost needs no clock. */

export interface Work {
  /** Calls of `charCodeAt`. */
  characters: number;
  regexCalls: number;
  /** The longest text that a regular expression was given. */
  regexCharactersMax: number;
}

/** Runs `action` while String.prototype.charCodeAt and RegExp.prototype.exec count, and puts both back. */
export function workOf(action: () => void): Work {
  const work: Work = { characters: 0, regexCalls: 0, regexCharactersMax: 0 };
  const { charCodeAt } = String.prototype;
  const { exec } = RegExp.prototype;
  String.prototype.charCodeAt = function (this: string, index: number) {
    work.characters += 1;
    return charCodeAt.call(this, index);
  };
  // Every regular expression method of strings and RegExp goes through `exec` once it is replaced (ECMA-262, RegExpExec).
  RegExp.prototype.exec = function (this: RegExp, text: string) {
    work.regexCalls += 1;
    work.regexCharactersMax = Math.max(work.regexCharactersMax, text.length);
    return exec.call(this, text);
  };
  try {
    action();
  } finally {
    String.prototype.charCodeAt = charCodeAt;
    RegExp.prototype.exec = exec;
  }
  return work;
}
