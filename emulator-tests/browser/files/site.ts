/** A page with the app's code for files and nothing else, on a port of its own, under the app's policy for scripts. */
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

export type Site = { readonly url: string; stop(): void };

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const inputs = {
  page: fileOf('page.ts'),
  'opfs.worker': fileOf('../../../web/src/files/opfs.worker.ts'),
  'digesting.worker': fileOf('../../../web/src/files/digesting.worker.ts'),
};

/** Bundles the page and its workers, and serves them on 127.0.0.1. */
export async function serveSite(): Promise<Site> {
  const scripts = new Map<string, string>();
  for (const [name, input] of Object.entries(inputs)) scripts.set(`/${name}.ts`, await bundle(input));
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '');
    response.setHeader('Content-Type', script === undefined ? 'text/html; charset=utf-8' : 'text/javascript');
    response.setHeader('Content-Security-Policy', "default-src 'none'; script-src 'self'; worker-src 'self'");
    response.end(script ?? '<!doctype html><title>files</title><script type="module" src="/page.ts"></script>');
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('files: the page has no port'));
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

async function bundle(input: string): Promise<string> {
  const build = await rolldown({ input, platform: 'browser', treeshake: true });
  const { output } = await build.generate({ format: 'es', codeSplitting: false });
  await build.close();
  const [{ code }] = output;
  return code;
}
