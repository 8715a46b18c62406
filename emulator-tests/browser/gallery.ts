/** Rooms of many as the gallery draws them: one page that plays a room alone, in any state that it can be in. */
import { afterAll } from 'vitest';
import { serveGallery } from '../../web/e2e/gallery.mjs';
import { englishRoom } from '../../web/src/ui/words/english-room.ts';
import type { Person } from './person.ts';

/** The words of rooms, from the app's own catalogue. */
export const roomWords = englishRoom;

let served: ReturnType<typeof serveGallery> | undefined;

afterAll(async () => {
  await (await served)?.close();
});

/** Shows a screen of the gallery; what a hand does there has been done when this resolves. */
export async function looksAt({ page }: Person, screen: string, more = ''): Promise<void> {
  served ??= serveGallery();
  // The first page waits until the development server has made its modules.
  await page.goto(`${(await served).url}gallery.html?screen=${screen}${more}`, { timeout: 45_000 });
  await page.locator('html[data-ready]').waitFor({ timeout: 45_000 });
}
