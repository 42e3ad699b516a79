/**
 * Conditional categories: a value together with the context in which it was seen, such as the client software of a host.
 * One is a category like others: its field is `<value's field>|<context's field>`, its token `<value> given <context>`.
 */

const BAR = '|';
/** Between value and context. No value holds it (holdsGiven): most are numbers, codes in upper case, or words of our own tables. */
const GIVEN = ' given ';

/** @example conditionalFieldOf('user_agent.name', 'source.ip') // 'user_agent.name|source.ip' */
export function conditionalFieldOf(valueField: string, contextField: string): string {
  return valueField + BAR + contextField;
}

/** @example conditionalTokenOf('curl', '10.0.0.7') // 'curl given 10.0.0.7' */
export function conditionalTokenOf(value: string, context: string): string {
  return value + GIVEN + context;
}

/** Whether a text, such as a name that somebody wrote, is no value that can be told from its context. */
export function holdsGiven(text: string): boolean {
  return text.includes(GIVEN);
}

/** Whether a category field is one of values given a context. */
export function isConditionalField(field: string): boolean {
  return field.includes(BAR);
}

/** @example valueFieldOf('user_agent.name|source.ip') // 'user_agent.name' */
export function valueFieldOf(conditionalField: string): string {
  return conditionalField.slice(0, Math.max(0, conditionalField.indexOf(BAR)));
}

/**
 * The value of a token of a conditional field. A context may hold any text, so the first ` given ` is ours.
 * @example valueOfToken('curl given 10.0.0.7') // 'curl'
 */
export function valueOfToken(conditionalToken: string): string {
  return conditionalToken.slice(0, Math.max(0, conditionalToken.indexOf(GIVEN)));
}

/**
 * What a token shares with all others of its context: the token without its value.
 * @example contextPartOf('curl given 10.0.0.7') // ' given 10.0.0.7'
 */
export function contextPartOf(conditionalToken: string): string {
  return conditionalToken.slice(Math.max(0, conditionalToken.indexOf(GIVEN)));
}
