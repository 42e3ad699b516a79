import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { classesOf } from '../../src/api/app-classes.ts';

it('makes requests and responses that Express need not change', () => {
  const app = express();
  const classes = classesOf(app);
  const request = new (classes.IncomingMessage ?? IncomingMessage)(new Socket());
  const response = new (classes.ServerResponse ?? ServerResponse)(request);
  const ofRequest = Object.getPrototypeOf(request);
  const ofResponse = Object.getPrototypeOf(response);
  request.url = '/';
  app(request as express.Request, response as express.Response);
  expect(Object.getPrototypeOf(request)).toBe(ofRequest);
  expect(Object.getPrototypeOf(response)).toBe(ofResponse);
  expect(response).toMatchObject({ app, req: request, locals: {} });
});

it('leaves to node what a plain listener takes', () => {
  expect(classesOf(() => undefined)).toEqual({});
});
