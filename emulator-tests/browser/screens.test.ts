/** Each screen as it is with everything running: a picture in two sizes, and axe finds nothing. */
import { inspect } from './inspect.ts';
import { exchangeWords, words } from './person.ts';
import { isCalled } from './room.ts';
import { scenario } from './scenario.ts';

scenario('start and settings', async ({ people }) => {
  const ann = await people.open('Ann');
  await inspect(ann, 'start');
  await ann.presses(words.settings.open);
  await ann.page.getByRole('dialog', { name: words.settings.title }).waitFor();
  await inspect(ann, 'settings');
});

scenario('waiting for a stranger', async ({ people }) => {
  const ann = await people.open('Ann');
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await inspect(ann, 'waiting-stranger');
});

scenario('connecting', async ({ people }) => {
  const ann = await people.open('Ann');
  const ben = await people.open('Ben', {
    before: () => {
      RTCPeerConnection.prototype.setLocalDescription = () => new Promise<never>(() => {});
    },
  });
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await ben.looksForSomeone();
  await ann.sees(words.connecting.strangerHeading);
  await inspect(ann, 'connecting');
});

scenario('talking, about the connection, and after they left', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.open('Ben')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await Promise.all([ann.talks(), ben.talks()]);
  await inspect(ann, 'talking-empty');
  await exchangeWords(ann, ben);
  await ben.writes('A longer one, to see how it wraps. '.repeat(8).trim());
  await ben.writes('שלום, איך הולך?');
  await ben.writes('https://example.org/a/path?with=query');
  await ann.hears('שלום, איך הולך?');
  await ann.writes('const answer = 42;\nreturn answer;');
  await ann.isConnected('direct');
  await inspect(ann, 'talking');
  await (await ann.opensBadge()).waitFor();
  await inspect(ann, 'about-connection');
  await ann.presses(words.safety.noMatch);
  await ann.page.getByRole('alert').getByText(words.safety.mismatchTitle).waitFor();
  await inspect(ann, 'pictures-differ');
  await ann.page.keyboard.press('Escape');
  await ben.closesTheTab();
  await ann.notices(words.talk.left);
  await inspect(ann, 'they-left');
});

scenario('in a room: alone, and talking', async ({ people }) => {
  const [ann, ben] = await Promise.all([people.open('Ann'), people.prepare('Ben')]);
  const { url } = await ann.createsRoom();
  await ann.page.getByRole('img', { name: words.waiting.qr }).waitFor();
  await inspect(ann, 'room-alone');
  await isCalled(ann);
  await ben.opens(url);
  await isCalled(ben);
  await exchangeWords(ann, ben);
  await inspect(ben, 'room-talking');
});

scenario('a failure', async ({ people }) => {
  const ann = await people.open('Ann');
  await ann.joins('half-a-link');
  await ann.meets('link_broken');
  await inspect(ann, 'link-broken');
});

scenario('a browser that is too old', async ({ people }) => {
  const ann = await people.prepare('Ann', { before: () => Reflect.deleteProperty(globalThis, 'RTCPeerConnection') });
  await ann.opens(people.url);
  await inspect(ann, 'browser-too-old');
});
