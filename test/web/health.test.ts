import http from 'node:http';
import test from 'ava';
import { openWeb } from '#src/web/server.js';

interface Answer {
  readonly status: number | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

function ask(port: number, path: string, host = `127.0.0.1:${port}`): Promise<Answer> {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path, headers: { host }, agent: false }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const { date: _, ...headers } = answer.headers;
          resolve({ status: answer.statusCode, headers, body: Buffer.concat(chunks).toString() });
        });
      })
      .on('error', reject);
  });
}

test('health is answered alike before the page is read from disk and by the page itself, and to its own names only', async (t) => {
  let ready = false;
  const web = await openWeb({ host: '127.0.0.1', port: 0, ready: () => ready });
  for (const status of [503, 200]) {
    const alone = await ask(web.port, '/api/v1/health');
    t.is(alone.status, status);
    t.deepEqual(alone, await ask(web.port, '/api/v1/health?by=app'));
    ready = true;
  }
  const foreign = await ask(web.port, '/api/v1/health', 'rebound.example');
  t.is(foreign.status, 421);
  t.false(foreign.body.includes('ok'));
  await web.close();
});
