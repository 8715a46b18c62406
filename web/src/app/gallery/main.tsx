/*
 * The gallery: every screen by name, drawn from fixtures, for screenshots and for looking at.
 * /gallery.html lists them; ?screen=talking-rtl&theme=dark&dir=rtl shows one. Never in the build.
 */
import { createRoot } from 'react-dom/client';
import '../../ui/look/base.css';
import { ClockContext } from '../../ui/state/clock';
import { createPreferences, PreferencesContext, type Appearance, type Shelf } from '../../ui/state/preferences';
import { DoctorContext } from '../../ui/doctor/useDoctor';
import { SessionContext } from '../../ui/state/useSession';
import { Screens } from '../../ui/Screens';
import { wear } from '../appearance';
import { allRight, doctorOf } from './checkups';
import { createFixtureSession } from './fixtureSession';
import { fixtures, inRoom, NOW, type Fixture } from './fixtures';
import { seen } from './hands';

const refuse = (): Shelf => {
  throw new Error('gallery: storage is blocked');
};

function memory(): Shelf {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

const clock = () => NOW;

async function show(root: HTMLElement, fixture: Fixture, theme: Appearance): Promise<void> {
  const shelf = memory();
  const preferences = createPreferences(fixture.blocked === true ? refuse : () => shelf);
  preferences.set({ appearance: theme, nameAsked: fixture.nameAsked ?? true });
  preferences.subscribe(() => wear(document, preferences.get().appearance));
  wear(document, theme);
  const { state, send = { ok: true }, rooms = [] } = fixture;
  const session = createFixtureSession({ state, send, rooms, safety: inRoom, now: NOW });
  const doctor = doctorOf(fixture.doctor ?? allRight);
  createRoot(root).render(
    <ClockContext value={clock}>
      <PreferencesContext value={preferences}>
        <SessionContext value={session}>
          <DoctorContext value={doctor}>
            <Screens onRetryStart={fixture.down === true ? () => undefined : null} />
          </DoctorContext>
        </SessionContext>
      </PreferencesContext>
    </ClockContext>,
  );
  await seen('h1');
  if (fixture.state.at === 'talking' || fixture.state.at === 'room') await seen('[role=log], [role=img], #waits');
  await fixture.act?.();
  if (fixture.later !== undefined || fixture.becomes !== undefined) {
    // The scroll of the act is told to the page with the next frame.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)));
    session.receive(fixture.later ?? []);
    session.become(fixture.becomes ?? {});
  }
  if (fixture.until !== undefined) await seen(fixture.until);
  await document.fonts.ready;
  document.documentElement.dataset['ready'] = 'yes';
}

function list(root: HTMLElement): void {
  const names = Object.keys(fixtures);
  root.innerHTML = `<ul>${names.map((name) => `<li><a href="?screen=${name}">${name}</a></li>`).join('')}</ul>`;
}

const asked = new URLSearchParams(window.location.search);
const fixture = fixtures[asked.get('screen') ?? ''];
const theme = asked.get('theme');
const root = document.querySelector<HTMLElement>('#app');
if (asked.get('dir') === 'rtl') document.documentElement.dir = 'rtl';
if (root !== null && fixture !== undefined)
  void show(root, fixture, theme === 'dark' || theme === 'light' ? theme : 'system');
else if (root !== null) list(root);
