// Follows: every 2 s, while the page can be seen, what has changed is put in the place of what was.
const button = document.getElementById('live');
let live = sessionStorage.getItem('live') !== 'no';

const show = (reached = true) => {
  button.textContent = !live ? 'Paused' : reached ? 'Live' : 'Not reached';
  button.setAttribute('aria-pressed', String(live));
};

const put = (shown, fresh) => {
  if (shown.innerHTML === fresh.innerHTML) return;
  const focused = shown.contains(document.activeElement) && document.activeElement.getAttribute('href');
  shown.replaceChildren(...fresh.childNodes);
  if (focused) shown.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
};

const follow = async () => {
  if (!live || document.hidden || !getSelection().isCollapsed) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(5000) });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (!live) return;
    for (const part of fresh.querySelectorAll('[data-live]')) {
      const shown = document.getElementById(part.id);
      if (!shown) return location.reload(); // the first database has come
      put(shown, part);
    }
    show();
  } catch {
    show(false);
  }
};

const toggle = () => {
  live = !live;
  sessionStorage.setItem('live', live ? 'yes' : 'no');
  show();
  void follow();
};

const loop = async () => {
  await follow();
  setTimeout(loop, 2000);
};

button.hidden = false;
button.addEventListener('click', toggle);
document.addEventListener('keydown', (e) => {
  const typing = e.ctrlKey || e.metaKey || e.altKey || e.target.closest('select, input');
  if (e.key.toLowerCase() === 'l' && !typing) toggle();
});
document.addEventListener('visibilitychange', () => void follow());
show();
setTimeout(loop, 2000);
