/** Digests files in a worker of its own for each set, so that the page does not wait for it. */
import type { DigestingNews, DigestingTask } from './digesting.worker';
import { FileFailure } from './failure';
import type { Digesting } from './sent';

export const digestInWorker: Digesting = (key, files, told, signal) => new Promise((resolve, reject) => {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./digesting.worker.ts', import.meta.url), { type: 'module' });
  const ended = new AbortController();
  const listening = { signal: ended.signal };
  const end = () => {
    worker.terminate();
    ended.abort();
  };
  signal.addEventListener('abort', () => {
    end();
    reject(signal.reason as Error);
  }, listening);
  worker.addEventListener('error', () => {
    end();
    reject(new FileFailure({ is: 'storage' }));
  }, listening);
  worker.addEventListener('message', ({ data }: MessageEvent<DigestingNews>) => {
    if ('bytes' in data) {
      told(data.bytes);
      return;
    }
    end();
    if ('digests' in data) resolve(data.digests);
    else reject(new FileFailure({ is: 'changed' }, data.failed));
  }, listening);
  const task: DigestingTask = { key, files };
  worker.postMessage(task, []);
});
