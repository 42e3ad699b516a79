/** Whether the content of a record holds a text, compared without case. Values count, names of fields do not. */

/**
 * @param content a record as JSON
 * @param needle  lower case
 * @example contentHolds('{"kind":"dns","dns":{"question":{"name":"Ab.example"}}}', 'ab.') // true
 * @example contentHolds('{"kind":"dns","dns":{"question":{"name":"Ab.example"}}}', 'question') // false
 */
export function contentHolds(content: string, needle: string): boolean {
  const quick = content.toLowerCase().includes(JSON.stringify(needle).slice(1, -1));
  return quick && valueHolds(JSON.parse(content), needle);
}

function valueHolds(value: unknown, needle: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(needle);
  if (typeof value === 'number') return String(value).includes(needle);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(inner => valueHolds(inner, needle));
}
