/** Answers: JSON, and the headers that every answer carries. */
import type { ServerResponse } from 'node:http';

/**
 * Nothing that the API answers is ever a page: a browser that is led here shows it as what it says it is, runs nothing
 * and keeps nothing.
 */
export function setHeaders(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('Cache-Control', 'no-store');
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, 'application/json', JSON.stringify(value));
}

export function sendText(response: ServerResponse, status: number, mediaType: string, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', mediaType);
  response.setHeader('Content-Length', Buffer.byteLength(text));
  // As text, not bytes: node then sends it in one piece with the headers.
  response.end(text);
}
