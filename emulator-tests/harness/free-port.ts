import { createServer } from 'node:net';

/**
 * A loopback TCP port that is free now. Somebody may take it before it is used: fine for a test run,
 * and the emulator leaves no better way (with port 0 it does not say which port it took).
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('harness: a listening TCP server has no port'));
        return;
      }
      server.close(() => resolve(address.port));
    });
  });
}
