import { type Configuration } from '#platform';
import { type NextFunction, type Request, type Response } from 'express';

import { principalOf } from './principal.js';
import { sendProblem } from './problem.filter.js';

/** What METRICS and API_DOCS say who may see, in the spellings that routing takes for it. */
const METRICS = /^\/metrics\/?$/i;
const API_DOCS = /^\/api\/(docs|openapi\.json|asyncapi(\.json)?)(\/|$)/i;

type Settings = Pick<Configuration, 'METRICS' | 'API_DOCS'>;

/** Whether a path needs no token because the configuration says so. */
export function isOpenPage(settings: Settings, path: string): boolean {
  return settingOf(settings, path) === 'open';
}

/** Hides what is `off`, and keeps metrics from tokens that do not operate the service. */
export function operatorPages(settings: Settings) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const setting = settingOf(settings, request.path);
    if (setting === 'off') {
      const message = `There is no ${request.method} ${request.path}.`;
      sendProblem({ code: 'route-not-found', message }, request, response);
      return;
    }
    if (setting !== 'token' || !METRICS.test(request.path) || principalOf(request).scopes.has('operate')) {
      next();
      return;
    }
    const message = `The API token "${principalOf(request).name}" does not have the scope operate.`;
    sendProblem({ code: 'scope-missing', message }, request, response);
  };
}

function settingOf(settings: Settings, path: string): Settings['METRICS'] | null {
  if (METRICS.test(path)) return settings.METRICS;
  return API_DOCS.test(path) ? settings.API_DOCS : null;
}
