/** Waits for an element, as a person does. */
export function seen(selector: string): Promise<HTMLElement> {
  return new Promise((resolve) => {
    const look = () => {
      const element = document.querySelector<HTMLElement>(selector);
      if (element === null) return;
      watcher.disconnect();
      resolve(element);
    };
    const watcher = new MutationObserver(look);
    watcher.observe(document, { subtree: true, childList: true, attributes: true });
    look();
  });
}

/** Presses a button. */
export async function press(selector: string): Promise<void> {
  (await seen(selector)).click();
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Scrolls a list to its top, once it is long enough to be scrolled. */
export async function scrollUp(selector: string): Promise<void> {
  const list = await seen(selector);
  while (list.scrollHeight < list.clientHeight + 100) await frame();
  await frame();
  list.scrollTo(0, 0);
}

/** Writes into a field. */
export async function fill(selector: string, text: string): Promise<void> {
  const field = await seen(selector);
  field.focus();
  document.execCommand('insertText', false, text);
}

/** Presses Enter on the last of these, as somebody does who moved there with the keyboard. */
export async function enter(selector: string): Promise<void> {
  await seen(selector);
  await frame();
  const last = [...document.querySelectorAll<HTMLElement>(selector)].at(-1);
  last?.focus();
  last?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
}
