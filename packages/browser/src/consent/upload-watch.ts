/** Watches what decides about uploads, and says whenever the answer changes. */
import type { UploadLedger } from './upload-ledger.js';
import { mayUpload, type UploadConfig } from './upload-policy.js';

interface NetworkInformation extends EventTarget {
  readonly type?: string;
  readonly saveData?: boolean;
}

interface Battery extends EventTarget {
  readonly charging: boolean;
  readonly level: number;
}

/** A phone under this and not charging keeps its charge. */
const BATTERY_LOW = 0.2;
/** How often the ledger is looked at and saved. */
const LEDGER_MS = 2000;

/** Returns its undo. `tell` is called at once, and on every change. */
export function watchUploads(
  config: UploadConfig,
  ledger: UploadLedger,
  tell: (on: boolean) => void,
): () => void {
  const device = navigator as Navigator & {
    readonly connection?: NetworkInformation;
    getBattery?(): Promise<Battery>;
  };
  const undo: (() => void)[] = [];
  let battery: Battery | undefined;
  let said: boolean | undefined;
  const look = (): void => {
    const { connection } = device;
    const on = mayUpload(
      {
        hidden: document.visibilityState === 'hidden',
        saveData: connection?.saveData === true,
        cellular: connection?.type === 'cellular',
        batteryLow: battery !== undefined && !battery.charging && battery.level < BATTERY_LOW,
        sessionBytes: ledger.sessionBytes(),
        dayBytes: ledger.dayBytes(),
      },
      config,
    );
    if (on !== said) tell(on);
    said = on;
  };
  const listen = (target: EventTarget | undefined, ...types: string[]): void => {
    for (const type of types) {
      target?.addEventListener(type, look);
      undo.push(() => target?.removeEventListener(type, look));
    }
  };
  listen(document, 'visibilitychange');
  listen(device.connection, 'change');
  device.getBattery?.().then(
    (found) => {
      battery = found;
      listen(found, 'chargingchange', 'levelchange');
      look();
    },
    () => {},
  );
  const timer = setInterval(() => {
    ledger.save();
    look();
  }, LEDGER_MS);
  look();
  return () => {
    clearInterval(timer);
    ledger.save();
    for (const stop of undo.splice(0)) stop();
  };
}
