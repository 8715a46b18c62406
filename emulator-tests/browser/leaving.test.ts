import { exchangeWords, words } from './person.ts';
import { sees } from './room.ts';
import { scenario } from './scenario.ts';

/** [S4] 10 s until an attempt without an answer is given up, and what a new match takes. */
const AFTER_A_GHOST_MS = 30_000;

scenario('[S4] who closes the tab while waiting keeps nobody waiting', async ({ people }) => {
  const [ann, ben, cem] = await Promise.all([people.open('Ann'), people.open('Ben'), people.open('Cem')]);
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await ann.closesTheTab();
  await ben.looksForSomeone();
  await cem.looksForSomeone();
  await Promise.all([ben.talks(AFTER_A_GHOST_MS), cem.talks(AFTER_A_GHOST_MS)]);
  await exchangeWords(ben, cem);
});

scenario('[S4] who closes the tab while connecting: the other looks on by themselves', async ({ people }) => {
  const ann = await people.open('Ann', { clock: true });
  const ben = await people.open('Ben', { before: neverDescribes });
  const cem = await people.open('Cem');
  await ann.looksForSomeone();
  await ann.waitsForStranger();
  await ben.looksForSomeone();
  await ann.sees(words.connecting.strangerHeading);
  await ben.closesTheTab();
  await ann.page.clock.fastForward(10_000);
  await ann.waitsForStranger();
  await cem.looksForSomeone();
  await exchangeWords(ann, cem);
});

scenario('who closes the tab while talking: the other is told, and looks again with one click', async ({ people }) => {
  const [ann, ben, cem] = await Promise.all([people.open('Ann'), people.open('Ben'), people.open('Cem')]);
  await Promise.all([ann.looksForSomeone(), ben.looksForSomeone()]);
  await exchangeWords(ann, ben);
  await ben.closesTheTab();
  await ann.notices(words.talk.left);
  await ann.hears('Hello from Ben');
  await ann.presses(words.talk.findAnother);
  await cem.looksForSomeone();
  await exchangeWords(ann, cem);
});

scenario('[R9] in a room, the other closes the tab while talking: the room stays open', async ({ people }) => {
  const [ann, ben, cem] = await Promise.all([people.open('Ann'), people.open('Ben'), people.open('Cem')]);
  const { code } = await ann.createsRoom();
  await ben.joins(code);
  await exchangeWords(ann, ben);
  await ben.closesTheTab();
  await sees(ann, 1);
  await cem.joins(code);
  await exchangeWords(ann, cem);
});

/** A browser in which nothing comes of offers and answers: it never leaves «connecting». */
function neverDescribes(): void {
  const never = () => new Promise<never>(() => {});
  RTCPeerConnection.prototype.createOffer = never;
  RTCPeerConnection.prototype.createAnswer = never;
  RTCPeerConnection.prototype.setLocalDescription = never;
}
