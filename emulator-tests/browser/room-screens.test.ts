/** Each screen of a room of many, from the gallery: pictures, axe finds nothing, nothing is too wide. */
import { looksAt } from './gallery.ts';
import { fits, inspect, SMALLEST } from './inspect.ts';
import { PICTURES, scenario } from './scenario.ts';

const screens = {
  'what is said': ['room-days', 'room-marked', 'room-unread', 'room-looking', 'room-tampered'],
  'what is done with it': ['room-menu', 'room-emoji', 'room-reply', 'room-unsay'],
  'who is there': ['room-people', 'room-member', 'room-remove', 'room-ask-name'],
  'what is waited for': ['room-waits', 'room-waits-others'],
  'what stands around it': ['room-alone', 'room-about-founder', 'room-search', 'room-rooms', 'start-rooms'],
  'files that come': ['files-offered', 'files-many', 'files-program', 'files-running', 'files-paused'],
  'files that are here, and that failed': ['files-here', 'files-tall', 'files-failed', 'files-faulty', 'files-own'],
  'files that are sent': ['files-picked', 'files-drafts', 'files-attach', 'files-drop', 'files-cancel'],
} as const;

for (const [what, names] of Object.entries(screens)) {
  scenario(`a room: ${what}`, { timeout: 120_000 }, async ({ people }) => {
    const ann = await people.prepare('Ann');
    for (const name of names) {
      await ann.page.setViewportSize(SMALLEST);
      await looksAt(ann, name);
      await fits(ann, name);
      await inspect(ann, name);
    }
  });
}

scenario('a room from right to left, with emoji and files', { timeout: 120_000 }, async ({ people }) => {
  const ann = await people.prepare('Ann');
  for (const name of ['room-days', 'files-many', 'files-own', 'files-picked']) {
    await ann.page.setViewportSize(SMALLEST);
    await looksAt(ann, name, '&dir=rtl');
    await fits(ann, `${name} from right to left`);
    await ann.page.setViewportSize({ width: 1280, height: 800 });
    await ann.page.screenshot({ path: `${PICTURES}${name}-rtl.png` });
  }
});
