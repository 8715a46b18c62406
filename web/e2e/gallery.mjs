// Serves the gallery, every screen by name, to whoever looks at it: screenshots.mjs, and the browser tests.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

/**
 * Starts it on a free port of this machine.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `url` ends with a slash.
 */
export async function serveGallery() {
  const server = await createServer({
    root: fileURLToPath(new URL('..', import.meta.url)),
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    // Its own cache: somebody may have the development server open on the same checkout.
    cacheDir: 'node_modules/.vite-gallery',
    optimizeDeps: { entries: ['gallery.html'] },
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    logLevel: 'error',
  });
  await server.listen();
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}
