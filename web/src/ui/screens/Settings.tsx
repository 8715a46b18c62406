import { Monitor, Moon, Sun } from 'lucide-react';
import { Suspense, useState, type ReactNode } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import buttons from '../parts/Button.module.css';
import { lazyPart } from '../parts/lazyPart';
import { Sheet, SheetHead } from '../parts/Sheet';
import { Toggle } from '../parts/Toggle';
import { usePreferences, usePreferencesStore, type Appearance } from '../state/preferences';
import { useLaterWords } from '../words/useLaterWords';
import styles from './Settings.module.css';

const { Part: Check } = lazyPart(async () => (await import('../doctor/Diagnosis')).FreshCheck);

/** The settings, as a dialog over any screen. Each choice counts at once; there is nothing to save. */
export function Settings({ onClose }: { readonly onClose: () => void }) {
  const { settings } = useLaterWords();
  const store = usePreferencesStore();
  const chosen = usePreferences();
  return (
    <Sheet onClose={onClose}>
      <SheetHead title={settings.title} close={settings.close} onClose={onClose} />
      {store.stored() ? null : <p className={styles.notStored}>{settings.notStored}</p>}
      <AppearanceChoice value={chosen.appearance} onChoose={(appearance) => store.set({ appearance })} />
      <Toggle text={settings.relayOnlyText} on={chosen.relayOnly} onTurn={(relayOnly) => store.set({ relayOnly })}>
        {settings.relayOnly}
      </Toggle>
      <Toggle text={settings.soundsText} on={chosen.sounds} onTurn={(sounds) => store.set({ sounds })}>
        {settings.sounds}
      </Toggle>
      <Toggle
        text={settings.enterSendsText}
        on={chosen.enterSends}
        onTurn={(enterSends) => store.set({ enterSends })}
      >
        {settings.enterSends}
      </Toggle>
      <Toggle text={settings.tellTypingText} on={chosen.tellTyping} onTurn={(tellTyping) => store.set({ tellTyping })}>
        {settings.tellTyping}
      </Toggle>
      <Toggle text={settings.tellReadText} on={chosen.tellRead} onTurn={(tellRead) => store.set({ tellRead })}>
        {settings.tellRead}
      </Toggle>
      <CheckConnection />
    </Sheet>
  );
}

/** The way to the doctor. */
function CheckConnection() {
  const { doctor } = useLaterWords();
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.check}>
      <p className={styles.text}>{doctor.openText}</p>
      <Button className={`${buttons.button} ${buttons.plain}`} onPress={() => setOpen(true)}>
        {doctor.open}
      </Button>
      {open ? (
        <Suspense>
          <Check onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

const icons: Readonly<Record<Appearance, ReactNode>> = {
  system: <Monitor size={18} />,
  light: <Sun size={18} />,
  dark: <Moon size={18} />,
};

const isAppearance = (value: string): value is Appearance => value in icons;

function AppearanceChoice({
  value,
  onChoose,
}: {
  readonly value: Appearance;
  readonly onChoose: (value: Appearance) => void;
}) {
  const { settings } = useLaterWords();
  return (
    <RadioGroup
      className={styles.appearance ?? ''}
      orientation="horizontal"
      value={value}
      onChange={(next) => (isAppearance(next) ? onChoose(next) : undefined)}
    >
      <Label className={styles.name ?? ''}>{settings.appearance}</Label>
      <div className={styles.choices}>
        {(['system', 'light', 'dark'] as const).map((appearance) => (
          <Radio key={appearance} value={appearance} className={styles.choice ?? ''}>
            {icons[appearance]}
            {settings[appearance]}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
