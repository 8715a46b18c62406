/** Whether a browser has room for a file, asked before any of it is asked for. */
import { FileFailure } from './failure';

/** What the rest of the app, and the browser, may need meanwhile. */
const spare = 16 * 2 ** 20;

/** Chromium says so much to everyone, however much there is; what it really gives is known when a file gets its size. */
const saidToAll = 10 * 2 ** 30;

type Quota = Pick<StorageManager, 'estimate' | 'persist'>;

/**
 * @param persist - the person has asked for the file: the browser is asked to keep what comes, and may ask the person.
 * What comes by itself asks nothing.
 * @throws FileFailure (no_space) where there is less than that. A browser that does not say may have it.
 */
export async function askForRoom(quota: Quota, bytes: number, persist: boolean): Promise<void> {
  // Where that is granted there may be more room than before.
  if (persist) await quota.persist().catch(() => false);
  const estimate = await quota.estimate().catch((): StorageEstimate => ({}));
  if (estimate.quota === undefined) return;
  const free = estimate.quota - (estimate.usage ?? 0);
  if (free < saidToAll && free < bytes + spare) throw new FileFailure({ is: 'no_space', needs: bytes });
}
