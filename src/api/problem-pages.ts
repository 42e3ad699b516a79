/**
 * GET /problems/{code}: what the `type` of a problem leads to (RFC 9457, section 3.1.1), out of the table in
 * docs/errors.md, so that the page and the answer never differ. Without that file the title is all that is told.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Express } from 'express';
import { ERROR_CODES, type ErrorCode } from '../domain/errors.ts';
import { sendText, setHeaders } from './answer.ts';
import { PROBLEMS } from './problem.ts';

/** Above `src/api` as above `dist/api`. */
const PAGE = new URL('../../docs/errors.md', import.meta.url);

/** The third column of the rows `| code | status | meaning |`, by code. */
function meaningsOf(markdown: string): Map<string, string> {
  const rows = markdown.split('\n').map(line => line.split(' | '));
  return new Map(
    rows.flatMap(([code = '', _status, ...meaning]) =>
      meaning.length === 0 ? [] : [[code.replace(/^\| /, '').replaceAll('`', ''), lastCellOf(meaning)]],
    ),
  );
}

/** A cell's text without its marks: code, and links to other parts of the page. */
function lastCellOf(cells: readonly string[]): string {
  const text = cells.join(' | ').replace(/ \|$/, '').replaceAll('`', '');
  return text.replace(/\[([^\]]+)\]\(#[^)]+\)/g, '$1');
}

function pageOf(code: ErrorCode, meaning: string | undefined): string {
  const { status, title } = PROBLEMS[code];
  return [`${code} (${status})`, title, ...(meaning === undefined ? [] : [meaning])]
    .join('\n\n')
    .concat('\n');
}

export function serveProblemPages(app: Express): void {
  const meanings = meaningsOf(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '');
  for (const code of ERROR_CODES) {
    const page = pageOf(code, meanings.get(code));
    app.get(`/problems/${code}`, (_request, response) => {
      setHeaders(response);
      sendText(response, 200, 'text/plain; charset=utf-8', page);
    });
  }
}
