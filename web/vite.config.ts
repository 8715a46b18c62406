import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { inlined } from './bundle/inlined.ts';
import { assetName, cutFonts } from './bundle/typeface.ts';

/**
 * The build of the web app: `web/dist`, modern browsers only (WebRTC data channels, WebCrypto and
 * private class members are needed anyway). Firebase and React are chunks of their own, because they change only
 * with their versions and so stay in the browser's cache from one deploy to the next.
 */
export default defineConfig(({ command }) => {
  // What is built is for people, whoever asks for it: under a test runner, or in a shell that says otherwise, it would
  // be React for development, 47 kB more.
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  return {
    plugins: [react(), inlined(), cutFonts()],
    resolve: {
      // 46 KB of a regular expression engine that only Firestore's pipelines use: the file says more.
      alias: { re2js: fileURLToPath(new URL('src/app/noPipelines.ts', import.meta.url)) },
    },
    build: {
      target: ['chrome111', 'edge111', 'firefox119', 'safari16.4'],
      outDir: 'dist',
      emptyOutDir: true,
      // Its one user would be Safari 16, which loads the same modules a moment later without it.
      modulePreload: {
        polyfill: false,
        // What the page has loaded before it asks for anything needs no mention.
        resolveDependencies: (_file, deps, { hostType }) =>
          hostType === 'html' ? deps : deps.filter((one) => !/assets\/(react|rolldown-runtime)-/.test(one)),
      },
      rolldownOptions: {
        output: {
          assetFileNames: assetName,
          codeSplitting: {
            groups: [
              { name: 'firebase', test: /node_modules[\\/](@firebase|firebase|idb)[\\/]/ },
              { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]|vite[\\/]preload-helper/ },
              // With all that it needs: what later chunks share with it would be one more chunk of the first load.
              { name: 'session', test: /src[\\/]session[\\/]browser\.ts$/ },
            ],
          },
        },
      },
    },
  };
});
