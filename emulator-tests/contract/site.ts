/** The page that loads the SDK, on a port of its own. */
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** A served page. */
export type Site = { readonly url: string; stop(): void };

/** Bundles the page and serves it on 127.0.0.1. */
export async function serveSite(): Promise<Site> {
  const script = await bundle();
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.setHeader('Cache-Control', 'max-age=3600');
    response.end(isScript ? script : '<!doctype html><title>contract</title><script src="/page.js"></script>');
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('contract: the page has no port'));
      else resolve(address.port);
    });
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function bundle(): Promise<string> {
  const build = await rolldown({
    input: fileURLToPath(new URL('page/sdk.ts', import.meta.url)),
    platform: 'browser',
    treeshake: true,
  });
  const { output } = await build.generate({ format: 'iife', minify: true });
  await build.close();
  const [{ code }] = output;
  return code;
}
