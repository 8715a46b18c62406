import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The build of the web app: `web/dist`, modern browsers only (WebRTC data channels, WebCrypto and
 * private class members are needed anyway). Firebase is a chunk of its own, because it changes only
 * with its version and so stays in the browser's cache from one deploy to the next.
 */
export default defineConfig({
  plugins: [react()],
  resolve: {
    // 46 KB of a regular expression engine that only Firestore's pipelines use: the file says more.
    alias: { re2js: fileURLToPath(new URL('src/app/noPipelines.ts', import.meta.url)) },
  },
  build: {
    target: ['chrome111', 'edge111', 'firefox119', 'safari16.4'],
    outDir: 'dist',
    emptyOutDir: true,
    // One stylesheet: a part that fails to load, offline at the first click, would never be asked for again, and the
    // talk would stand there undressed. The rest is 3 KB compressed.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'firebase', test: /node_modules[\\/](@firebase|firebase|idb)[\\/]/ }],
        },
      },
    },
  },
});
