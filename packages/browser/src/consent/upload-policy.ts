/** Whether this viewer uploads now: a small function of what the device and the ledger say. */

export interface UploadView {
  readonly hidden: boolean;
  readonly saveData: boolean;
  readonly cellular: boolean;
  readonly batteryLow: boolean;
  readonly sessionBytes: number;
  readonly dayBytes: number;
}

export interface UploadConfig {
  /** Bytes in one session at most. Default unlimited. */
  readonly sessionBytesMax: number;
  /** Bytes in one day on this origin at most. Default unlimited. */
  readonly dayBytesMax: number;
  /** Whether a hidden page stops. Default no: a tab in the background may still be listened to. */
  readonly pauseHidden: boolean;
  /** Upload even where each byte costs. Default no. */
  readonly always: boolean;
}

export const DEFAULT_UPLOADS: UploadConfig = {
  sessionBytesMax: Number.POSITIVE_INFINITY,
  dayBytesMax: Number.POSITIVE_INFINITY,
  pauseHidden: false,
  always: false,
};

/** Caps hold always; `always` overrides only what the device says. */
export function mayUpload(view: UploadView, config: UploadConfig = DEFAULT_UPLOADS): boolean {
  if (view.sessionBytes >= config.sessionBytesMax || view.dayBytes >= config.dayBytesMax)
    return false;
  if (config.pauseHidden && view.hidden) return false;
  return config.always || !(view.saveData || view.cellular || view.batteryLow);
}
