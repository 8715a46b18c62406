import { defineConfig } from 'vitest/config';

/** Tests of the logic run in Node, whose WebCrypto, fetch and AbortSignal are those of the browser. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
    environment: 'node',
    restoreMocks: true,
    unstubGlobals: true,
  },
});
