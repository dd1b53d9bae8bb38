// Everything the API can do.
import { metrics } from './metrics.js';
import { type Route, stream } from './route.js';
import { deviceRoutes } from './routes/devices.js';
import { fieldRoutes } from './routes/fields.js';
import { logRoutes } from './routes/log.js';
import { overviewRoutes } from './routes/overview.js';
import { secondFactorRoutes } from './routes/second-factor.js';
import { serviceRoutes } from './routes/services.js';
import { sessionRoutes } from './routes/session.js';
import { settingsRoutes } from './routes/settings.js';

async function* figures(text: Promise<string>): AsyncGenerator<string> {
  yield await text;
}

const metricsRoute = stream({
  method: 'get',
  path: '/metrics',
  root: true,
  scope: 'read',
  summary: 'Figures for Prometheus, without any identifier.',
  answer: { type: 'text/plain; version=0.0.4' },
  run: ({ web }) => figures(metrics(web.facade, web.now())),
});

export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...secondFactorRoutes,
  ...overviewRoutes,
  ...serviceRoutes,
  ...deviceRoutes,
  ...fieldRoutes,
  ...logRoutes,
  ...settingsRoutes,
  metricsRoute,
];
