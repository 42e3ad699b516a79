/**
 * The classes of an app's requests and responses. Express gives each of them the app's prototype when it comes, and an
 * object whose prototype was changed is slow from then on, wherever node touches it: two thirds of what a request costs in
 * an app that does nothing. Of these classes they have that prototype from the start, and Express changes nothing.
 */
import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';

/** An app of Express, which keeps the prototypes of its requests and responses, or any other listener. */
export type App = RequestListener & { request?: object; response?: object };

interface Classes {
  IncomingMessage?: typeof IncomingMessage;
  ServerResponse?: typeof ServerResponse;
}

/** For the options of a server that this app alone listens to. Made once for an app: it takes their prototypes for its own. */
export function classesOf(app: App): Classes {
  if (app.request === undefined || app.response === undefined) return {};
  class AppRequest extends IncomingMessage {}
  class AppResponse<R extends IncomingMessage> extends ServerResponse<R> {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  app.request = AppRequest.prototype;
  app.response = AppResponse.prototype;
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}
