/** What people do in rooms of many, by the roles and names that everybody has. */
import { json } from 'node:stream/consumers';
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { keepsChannels } from './line.ts';
import { PATIENCE_MS, type Person, words } from './person.ts';
import type { People } from './scenario.ts';

const { room } = words;

/** A room, and who is in it. */
export type Gathering = { readonly members: readonly Person[]; readonly url: string };

/** A room that the first of `names` creates and the others enter by its link. They say who they are; all see all. */
export async function gathered(people: People, names: readonly string[]): Promise<Gathering> {
  const members = await Promise.all(names.map((name) => people.prepare(name, { before: keepsChannels })));
  const [founder, ...others] = members as [Person, ...Person[]];
  await founder.opens(people.url);
  const { url } = await founder.createsRoom();
  await isCalled(founder);
  await Promise.all(
    others.map(async (one) => {
      await one.opens(url);
      await isCalled(one);
    }),
  );
  await Promise.all(members.map((one) => sees(one, members.length)));
  return { members, url };
}

/** Waits until each of them has a connection to each other, and depends on nobody else. */
export async function areLinked(members: readonly Person[]): Promise<void> {
  const all = async () => Math.min(...(await Promise.all(members.map(links))));
  await expect.poll(all, { timeout: PATIENCE_MS }).toBe(members.length - 1);
}

function links(person: Person): Promise<number> {
  return person.page.evaluate(
    () => globalThis.connections.filter(({ connectionState }) => connectionState === 'connected').length,
  );
}

/** Says their name when they are asked for it; the others read it. */
export async function isCalled(person: Person): Promise<void> {
  const field = person.page.getByLabel(room.naming.title, { exact: true });
  await field.fill(person.name);
  await field.press('Enter');
}

/** Waits until this person sees so many in the room, themselves among them. */
export async function sees(person: Person, here: number, within = PATIENCE_MS): Promise<void> {
  const badge = person.page.getByRole('heading', { level: 1 });
  await badge.getByText(room.top.here(here), { exact: false }).waitFor({ timeout: within });
}

/** What somebody has said in the room, as this person has it. */
export function messageOf(person: Person, who: string, text: string): Locator {
  return person.page.getByRole('log').getByRole('article', { name: new RegExp(`^${who}, `) }).filter({ hasText: text });
}

/** Waits for words by somebody of this name. */
export async function hearsFrom(person: Person, who: string, text: string): Promise<void> {
  await messageOf(person, who, text).first().waitFor();
}

/** Opens what can be done with a message, and does it. */
export async function does(person: Person, message: Locator, act: keyof typeof room.act): Promise<void> {
  await opensMenu(person, message);
  await person.page.getByRole('menuitem', { name: String(room.act[act]), exact: true }).click();
}

/** Puts one of the quick emoji to a message. */
export async function reacts(person: Person, message: Locator, emoji: string): Promise<void> {
  await opensMenu(person, message);
  await person.page.getByRole('button', { name: room.act.reactWith(emoji) }).click();
}

async function opensMenu(person: Person, message: Locator): Promise<void> {
  await message.focus();
  await person.page.keyboard.press('Enter');
}

/** Opens what there is about one of the people. */
export async function opensMember(person: Person, who: string): Promise<Locator> {
  const panel = person.page.getByRole('complementary', { name: room.people.title });
  if (!(await panel.isVisible())) await person.page.keyboard.press('Alt+P');
  await panel.getByRole('listitem').getByRole('button').filter({ hasText: who }).click();
  return panel.getByRole('region', { name: room.member.about(who) });
}

/** Opens what there is about the room. */
export async function opensAbout(person: Person): Promise<Locator> {
  await person.page.keyboard.press('Alt+I');
  const dialog = person.page.getByRole('dialog', { name: room.settings.title });
  await dialog.waitFor();
  return dialog;
}

/** The link by which others come in now. */
export async function linkOf(person: Person): Promise<string> {
  await person.page.keyboard.press('Alt+V');
  const dialog = person.page.getByRole('dialog', { name: room.invite.title });
  const link = await dialog.getByLabel(words.waiting.linkLabel, { exact: true }).inputValue();
  await person.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  return link;
}

/** Leaves the room, and is at the start. */
export async function leaves(person: Person): Promise<void> {
  const about = await opensAbout(person);
  await about.getByRole('button', { name: room.settings.leave, exact: true }).click();
  await person.page.getByRole('alertdialog').getByRole('button', { name: room.leave.yes, exact: true }).click();
  await person.sees(words.start.heading);
}

/** The room in the list of those that this device knows, at the start. */
export function listed(person: Person): Locator {
  return person.page.getByRole('list', { name: room.rooms.label }).getByRole('button');
}

/** A text as the app saves it. */
export type Saved = {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly edited: boolean;
  readonly reply: string | null;
  readonly reactions: readonly { readonly emoji: string; readonly members: readonly string[] }[];
};

/** All texts of the room in the order that all share, by the copy that the app saves. */
export async function copyOf(person: Person): Promise<readonly Saved[]> {
  const about = await opensAbout(person);
  const download = person.page.waitForEvent('download');
  await about.getByRole('button', { name: room.settings.saveJson, exact: true }).click();
  const copy: unknown = await json(await (await download).createReadStream());
  await person.page.keyboard.press('Escape');
  await about.waitFor({ state: 'hidden' });
  return (copy as { messages: readonly Saved[] }).messages;
}
