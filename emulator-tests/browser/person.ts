/** Somebody with a browser: what they see and do, by the roles and names that everybody has. */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { englishLater } from '../../web/src/ui/words/english-later.ts';
import { englishRoom } from '../../web/src/ui/words/english-room.ts';
import { english } from '../../web/src/ui/words/english.ts';

/** The words on the screens, from the app's own catalogue: rewording them breaks no test. */
export const words = {
  ...english,
  ...englishLater,
  settings: { ...english.settings, ...englishLater.settings },
  talk: { ...english.talk, ...englishLater.talk },
  waiting: { ...english.waiting, ...englishLater.waiting },
  room: englishRoom,
};

/** How long anything may take that no rule gives a time to, in milliseconds. */
export const PATIENCE_MS = 15_000;

/** The name of what somebody else has said in a room: theirs, the time, the words. */
const OTHERS = new RegExp(`^(?!${words.room.you}, )`);

/** What the badge says of the way that words take. */
export type Way = 'direct' | 'relayed';

export class Person {
  /** Errors that nothing in the page caught; the scenario fails if there are any. */
  readonly uncaught: string[] = [];

  constructor(
    readonly name: string,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.uncaught.push(`${name}: ${error.stack ?? error.message}`));
  }

  /** Opens Parley; the page is usable when this resolves. */
  async opens(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.getByRole('heading', { level: 1 }).waitFor();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  async presses(name: string): Promise<void> {
    await this.button(name).click();
  }

  async looksForSomeone(): Promise<void> {
    await this.presses(words.start.find);
  }

  /** Creates a room of many and is alone in it: how others come in. */
  async createsRoom(): Promise<{ url: string; code: string }> {
    await this.presses(words.start.create);
    return this.isAlone();
  }

  /** Waits until they are in a room that nobody else has come to yet. */
  async isAlone(): Promise<{ url: string; code: string }> {
    const invitation = this.page.getByRole('region', { name: words.room.alone.title });
    return {
      url: await invitation.getByLabel(words.waiting.linkLabel, { exact: true }).inputValue(),
      code: await invitation.getByRole('code').innerText(),
    };
  }

  async joins(codeOrLink: string): Promise<void> {
    await this.page.getByLabel(words.start.joinLabel, { exact: true }).fill(codeOrLink);
    await this.presses(words.start.join);
  }

  /** Waits for the screen with this heading. */
  async sees(heading: string, within = PATIENCE_MS): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor({ timeout: within });
  }

  async waitsForStranger(): Promise<void> {
    await this.sees(words.waiting.strangerHeading);
  }

  /** Waits for an open conversation. */
  async talks(within = PATIENCE_MS): Promise<void> {
    await this.composer.waitFor({ timeout: within });
  }

  /** Waits until the badge says how the words go. */
  async isConnected(way: Way): Promise<void> {
    const badge = this.page.getByRole('heading', { level: 1 }).filter({ hasText: words.path[way].short });
    await badge.waitFor();
  }

  /** Opens what the badge explains: what is verified, with the pictures to compare, and how the words go. */
  async opensBadge(): Promise<Locator> {
    await this.page.getByRole('heading', { level: 1 }).getByRole('button').click();
    return this.page.getByRole('dialog', { name: words.path.about });
  }

  /** Waits until the badge says this of who the other is. */
  async isVerified(verified: keyof typeof words.safety.verified): Promise<void> {
    const { short } = words.safety.verified[verified];
    const badge = this.page.getByRole('heading', { level: 1 }).getByText(short, { exact: true });
    await badge.waitFor({ timeout: PATIENCE_MS });
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: words.talk.composer });
  }

  async writes(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Waits for these words from the other side, or in a room from anybody else. */
  async hears(text: string): Promise<void> {
    const log = this.page.getByRole('log');
    const theirs = log.getByRole('listitem').filter({ hasText: `${words.talk.them}:` });
    const others = log.getByRole('article', { name: OTHERS });
    await theirs.or(others).getByText(text, { exact: true }).first().waitFor();
  }

  /** The paragraphs of the conversation, in order: one a message, and what Parley says between. Drawn or not. */
  lines(): Promise<string[]> {
    return this.page.getByRole('log').getByRole('paragraph').allTextContents();
  }

  /** Waits for a line that Parley says about the other: that they left, that the line broke. */
  async notices(text: string, within = PATIENCE_MS): Promise<void> {
    await this.page.getByText(text, { exact: true }).locator('visible=true').first().waitFor({ timeout: within });
  }

  /** Waits for a failure by its name in the catalogue, with its three answers. */
  async meets(failure: keyof typeof words.failed.words, within = PATIENCE_MS): Promise<void> {
    const { title, happened, parley, you } = words.failed.words[failure];
    await this.sees(title, within);
    for (const answer of [happened, parley, you]) {
      expect(await this.page.getByText(answer, { exact: true }).isVisible(), answer).toBe(true);
    }
  }

  async hidesTheirAddress(): Promise<void> {
    await this.presses(words.settings.open);
    const dialog = this.page.getByRole('dialog', { name: words.settings.title });
    await dialog.getByText(words.settings.relayOnly, { exact: true }).click();
    expect(await dialog.getByRole('switch', { name: words.settings.relayOnly }).isChecked()).toBe(true);
    await dialog.getByRole('button', { name: words.settings.close }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /**
   * Lets hours pass on this person's clock until they see the heading, and waits for nothing but the page itself.
   * Only for a page with a clock of its own (`clock` in PersonOptions), and where nothing is under way that real
   * time has to bring: while a service is frozen, say.
   */
  async waitsInVain(heading: string): Promise<void> {
    const seen = this.page.getByRole('heading', { level: 1, name: heading, exact: true });
    for (let patience = 0; patience < 60 && !(await seen.isVisible()); patience++) {
      await this.page.clock.fastForward(2_000);
    }
    await seen.waitFor();
  }

  /** Closes the tab as people do: the page gets its chance to say goodbye. */
  async closesTheTab(): Promise<void> {
    await this.page.close({ runBeforeUnload: false });
  }
}

/** Both write, and both read what the other wrote. */
export async function exchangeWords(one: Person, other: Person): Promise<void> {
  await Promise.all([one.talks(), other.talks()]);
  await one.writes(`Hello from ${one.name}`);
  await other.hears(`Hello from ${one.name}`);
  await other.writes(`Hello from ${other.name}`);
  await one.hears(`Hello from ${other.name}`);
}

/** What a screen reader reads of the seven pictures, in their order. */
export async function pictures(person: Person): Promise<string[]> {
  const dialog = await person.opensBadge();
  const list = dialog.getByRole('list', { name: words.safety.signs });
  await list.waitFor();
  return list.getByRole('listitem').locator('span:not([aria-hidden])').allTextContents();
}
